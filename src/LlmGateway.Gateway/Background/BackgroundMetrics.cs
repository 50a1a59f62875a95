using System.Diagnostics.Metrics;

namespace LlmGateway.Gateway.Background;

/// <summary>What becomes of responses in the background.</summary>
internal sealed class BackgroundMetrics
{
    private readonly Counter<long> _ended;
    private readonly Counter<long> _refused;
    private readonly Counter<long> _retried;
    private long _active;
    private long _queued;
    private long _oldestSeconds;

    public BackgroundMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(Telemetry.Name);
        _ended = meter.CreateCounter<long>(
            "llmgateway.background.ended", "{response}", "Responses in the background by how they ended (completed, incomplete, failed, expired, cancelled).");
        _refused = meter.CreateCounter<long>("llmgateway.background.refused", "{response}", "Those that were not taken because their project had too many.");
        _retried = meter.CreateCounter<long>("llmgateway.background.retried", "{call}", "Calls for them that failed in a way that may pass, and are made again.");
        meter.CreateObservableGauge("llmgateway.background.active", () => Interlocked.Read(ref _active), "{response}", "Those that this process is making.");
        meter.CreateObservableGauge("llmgateway.background.queued", () => Interlocked.Read(ref _queued), "{response}", "Those that wait in the store, of all projects.");
        meter.CreateObservableGauge("llmgateway.background.oldest", () => Interlocked.Read(ref _oldestSeconds), "s", "Age of the oldest that has not ended.");
    }

    public void End(string ending) => _ended.Add(1, new KeyValuePair<string, object?>("llmgateway.background.ending", ending));

    public void EndExpired(int responses) => _ended.Add(responses, new KeyValuePair<string, object?>("llmgateway.background.ending", "expired"));

    public void Refuse() => _refused.Add(1);

    public void Retry() => _retried.Add(1);

    /// <summary>Tells what the store holds.</summary>
    public void Observe(int queued, TimeSpan oldest)
    {
        Interlocked.Exchange(ref _queued, queued);
        Interlocked.Exchange(ref _oldestSeconds, (long)oldest.TotalSeconds);
    }

    /// <summary>Counts a response as under way until it is disposed.</summary>
    public IDisposable Begin()
    {
        Interlocked.Increment(ref _active);
        return new Work(this);
    }

    private sealed class Work(BackgroundMetrics metrics) : IDisposable
    {
        public void Dispose() => Interlocked.Decrement(ref metrics._active);
    }
}
