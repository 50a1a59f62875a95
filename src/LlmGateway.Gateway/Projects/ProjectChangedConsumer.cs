using LlmGateway.Contracts.Gateway;
using MassTransit;

namespace LlmGateway.Gateway.Projects;

/// <summary>Takes over settings that were changed at another gateway.</summary>
internal sealed class ProjectChangedConsumer(ProjectDirectory directory) : IConsumer<ProjectChanged>
{
    public const string Endpoint = "gateway.project-changed";

    public Task Consume(ConsumeContext<ProjectChanged> context)
    {
        directory.Forget(context.Message.ProjectId);
        return Task.CompletedTask;
    }
}
