using System.Diagnostics.CodeAnalysis;
using MassTransit;
using MassTransit.Serialization;

namespace LlmGateway.Messaging.Raw;

/// <summary>A received message that is a <see cref="RawMessage"/> and nothing else.</summary>
internal sealed class RawSerializerContext(MessageContext context, RawMessage message)
    : BaseSerializerContext(SystemTextJsonMessageSerializer.Instance, context, [MessageUrn.ForTypeString<RawMessage>()])
{
    public override bool TryGetMessage<T>([NotNullWhen(true)] out T? message)
        where T : class
    {
        message = Message as T;
        return message is not null;
    }

    public override bool TryGetMessage(Type messageType, [NotNullWhen(true)] out object? message)
    {
        message = messageType.IsInstanceOfType(Message) ? Message : null;
        return message is not null;
    }

    public override IMessageSerializer GetMessageSerializer() => RawSerializer.Instance;

    public override IMessageSerializer GetMessageSerializer<T>(MessageEnvelope envelope, T message) => RawSerializer.Instance;

    public override IMessageSerializer GetMessageSerializer(object message, string[] messageTypes) => RawSerializer.Instance;

    public override Dictionary<string, object> ToDictionary<T>(T? message)
        where T : class => new(StringComparer.OrdinalIgnoreCase);

    private RawMessage Message { get; } = message;
}
