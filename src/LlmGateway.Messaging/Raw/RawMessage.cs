using MassTransit;

namespace LlmGateway.Messaging.Raw;

/// <summary>
/// A message as its bytes, without an envelope: for queues that programs of any kind write to, and for what is not JSON.
/// A consumer of it sees every message of its queue, also those that no serializer would understand.
/// </summary>
/// <param name="body">The message itself.</param>
/// <param name="contentType">Its media type; null if the sender gave none.</param>
[ExcludeFromTopology]
public sealed class RawMessage(ReadOnlyMemory<byte> body, string? contentType)
{
    public ReadOnlyMemory<byte> Body { get; } = body;

    public string? ContentType { get; } = contentType;
}
