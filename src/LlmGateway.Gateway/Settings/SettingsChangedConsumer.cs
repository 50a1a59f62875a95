using LlmGateway.Contracts.Gateway;
using MassTransit;

namespace LlmGateway.Gateway.Settings;

/// <summary>Takes over settings that were changed at another gateway.</summary>
internal sealed class SettingsChangedConsumer(IEnumerable<SettingsDirectory> directories) : IConsumer<SettingsChanged>
{
    public const string Endpoint = "gateway.settings-changed";

    /// <summary>A kind that is unknown here belongs to a newer gateway.</summary>
    public Task Consume(ConsumeContext<SettingsChanged> context) =>
        directories.FirstOrDefault(directory => directory.Kind == context.Message.Kind)?.RenewAsync(context.CancellationToken) ?? Task.CompletedTask;
}
