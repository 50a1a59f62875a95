using LlmGateway.Contracts.Gateway;
using MassTransit;

namespace LlmGateway.Gateway.Keys;

/// <summary>Takes over a key that was changed or rotated at another gateway.</summary>
internal sealed class KeyChangedConsumer(KeyDirectory directory) : IConsumer<KeyChanged>
{
    public const string Endpoint = "gateway.key-changed";

    public Task Consume(ConsumeContext<KeyChanged> context)
    {
        directory.Forget(context.Message.KeyId);
        return Task.CompletedTask;
    }
}
