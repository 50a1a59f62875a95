using System.Diagnostics.Metrics;
using LlmGateway.TestKit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;

namespace LlmGateway.Gateway.Tests.SemanticCaching;

/// <summary>What one counter of a gateway's semantic caches counted since this was made.</summary>
internal sealed class SemanticCounts(InProcessGateway gateway, string name) : IDisposable
{
    private readonly MetricCollector<long> _counter = new(gateway.Services.GetRequiredService<IMeterFactory>(), Telemetry.Name, name);

    /// <summary>How often there was a result, or one for a reason or of a kind.</summary>
    public int Of(string result, string? detail = null) => _counter.GetMeasurementSnapshot().Count(count =>
        (string?)count.Tags["llmgateway.semantic_cache.result"] == result
        && (detail is null || count.Tags.GetValueOrDefault("llmgateway.semantic_cache.reason") as string == detail
            || count.Tags.GetValueOrDefault("llmgateway.semantic_cache.kind") as string == detail));

    public void Dispose() => _counter.Dispose();
}
