using LlmGateway.Contracts.Gateway;
using MassTransit;

namespace LlmGateway.Gateway.Keys;

/// <summary>Stops a key that was revoked at another gateway.</summary>
internal sealed class KeyRevokedConsumer(KeyDirectory directory) : IConsumer<KeyRevoked>
{
    public const string Endpoint = "gateway.key-revoked";

    public Task Consume(ConsumeContext<KeyRevoked> context)
    {
        directory.Forget(context.Message.KeyId);
        return Task.CompletedTask;
    }
}
