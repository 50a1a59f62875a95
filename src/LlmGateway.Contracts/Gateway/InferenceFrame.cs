namespace LlmGateway.Contracts.Gateway;

/// <summary>
/// A record with its two bodies as they were on the wire. The response of a streamed call is its SSE text.
/// Bodies over 1 MB are cut to that size (<see cref="InferenceRecord.RequestBytes"/> tells the full one).
/// </summary>
/// <param name="Record">What is known of the call.</param>
/// <param name="Request">The request body as the caller sent it; empty when not kept.</param>
/// <param name="Response">The response body as it came; empty when not kept.</param>
public readonly record struct InferenceFrame(InferenceRecord Record, ReadOnlyMemory<byte> Request, ReadOnlyMemory<byte> Response);
