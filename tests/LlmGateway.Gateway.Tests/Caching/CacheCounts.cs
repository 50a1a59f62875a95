using System.Diagnostics.Metrics;
using LlmGateway.TestKit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;

namespace LlmGateway.Gateway.Tests.Caching;

/// <summary>What one gateway's cache counted since this was made.</summary>
internal sealed class CacheCounts(InProcessGateway gateway) : IDisposable
{
    private readonly MetricCollector<long> _reads = Collect(gateway, "llmgateway.cache.reads");
    private readonly MetricCollector<long> _writes = Collect(gateway, "llmgateway.cache.writes");

    public int RedisReads(string result) => _reads.GetMeasurementSnapshot().Count(read =>
        (string?)read.Tags["llmgateway.cache.tier"] == "redis" && (string?)read.Tags["llmgateway.cache.result"] == result);

    public int Writes(string result) => _writes.GetMeasurementSnapshot().Count(write => (string?)write.Tags["llmgateway.cache.result"] == result);

    public void Dispose()
    {
        _reads.Dispose();
        _writes.Dispose();
    }

    private static MetricCollector<long> Collect(InProcessGateway gateway, string name) =>
        new(gateway.Services.GetRequiredService<IMeterFactory>(), Telemetry.Name, name);
}
