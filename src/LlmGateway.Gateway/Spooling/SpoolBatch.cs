namespace LlmGateway.Gateway.Spooling;

/// <summary>Frames one after another, all of one segment.</summary>
/// <param name="Frames">Valid until the batch is committed, or read again.</param>
/// <param name="Records">How many frames they are.</param>
/// <param name="End">The place behind the last one.</param>
internal sealed record SpoolBatch(ReadOnlyMemory<byte> Frames, int Records, SpoolPosition End);
