using System.Diagnostics.Metrics;

namespace LlmGateway.Gateway.Shadows;

/// <summary>What became of drawn calls.</summary>
internal sealed class ShadowMetrics
{
    private readonly Counter<long> _calls;

    public ShadowMetrics(IMeterFactory meters, ShadowQueue queue)
    {
        var meter = meters.Create(Telemetry.Name);
        _calls = meter.CreateCounter<long>("llmgateway.shadow.calls", "{call}", "Drawn calls by result (completed, failed, capped, dropped).");
        meter.CreateObservableGauge("llmgateway.shadow.waiting.calls", () => queue.Waiting, "{call}", "Drawn calls that wait.");
        meter.CreateObservableGauge("llmgateway.shadow.waiting.bytes", () => queue.WaitingBytes, "By", "Bytes of their requests.");
    }

    public void Count(string result, long calls = 1) => _calls.Add(calls, new KeyValuePair<string, object?>("llmgateway.shadow.result", result));
}
