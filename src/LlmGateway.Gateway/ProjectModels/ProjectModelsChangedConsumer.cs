using LlmGateway.Contracts.Gateway;
using MassTransit;

namespace LlmGateway.Gateway.ProjectModels;

/// <summary>Takes over aliases and fine-tuned models that were changed at another gateway.</summary>
internal sealed class ProjectModelsChangedConsumer(ProjectModelDirectory directory) : IConsumer<ProjectModelsChanged>
{
    public const string Endpoint = "gateway.project-models-changed";

    public Task Consume(ConsumeContext<ProjectModelsChanged> context) => directory.RenewAsync(context.CancellationToken);
}
