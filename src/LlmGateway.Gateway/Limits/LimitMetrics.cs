using System.Diagnostics.Metrics;
using LlmGateway.Gateway.Limits.Rules;

namespace LlmGateway.Gateway.Limits;

/// <summary>What limits did.</summary>
internal sealed class LimitMetrics
{
    private readonly Counter<long> _exceeded;
    private readonly Counter<long> _local;
    private readonly Counter<long> _lost;

    public LimitMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(Telemetry.Name);
        _exceeded = meter.CreateCounter<long>("llmgateway.limits.exceeded", "{request}", "Requests for which a limit had no room, by limit and mode (enforce: refused, shadow: let through).");
        _local = meter.CreateCounter<long>("llmgateway.limits.local", "{request}", "Requests that a gateway counted by itself because Redis was away.");
        _lost = meter.CreateCounter<long>("llmgateway.limits.lost", "{settlement}", "Settlements that Redis did not take, or that the database has no room for.");
    }

    public void CountExceeded(CompiledLimit limit) => _exceeded.Add(
        1,
        new KeyValuePair<string, object?>("llmgateway.limit.id", limit.Id),
        new KeyValuePair<string, object?>("llmgateway.limit.mode", limit.Enforced ? "enforce" : "shadow"));

    public void CountLocal() => _local.Add(1);

    public void CountLost() => _lost.Add(1);
}
