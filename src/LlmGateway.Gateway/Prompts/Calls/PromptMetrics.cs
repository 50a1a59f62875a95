using System.Diagnostics.Metrics;

namespace LlmGateway.Gateway.Prompts.Calls;

/// <summary>Counts the requests that were made from prompts: <c>llmgateway.prompts.requests</c>.</summary>
internal sealed class PromptMetrics(IMeterFactory meters)
{
    private readonly Counter<long> _requests = meters.Create(Telemetry.Name)
        .CreateCounter<long>("llmgateway.prompts.requests", "{request}", "Requests that were made from managed prompts.");

    public void Count() => _requests.Add(1);
}
