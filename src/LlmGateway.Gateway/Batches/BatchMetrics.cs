using System.Diagnostics.Metrics;

namespace LlmGateway.Gateway.Batches;

/// <summary>What this process does for batches.</summary>
internal sealed class BatchMetrics
{
    private readonly Counter<long> _items;
    private readonly Counter<long> _ended;
    private long _active;
    private long _left;

    public BatchMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(Telemetry.Name);
        _items = meter.CreateCounter<long>("llmgateway.batch.items", "{request}", "Requests of batches by result (completed, failed), and their retries (retried).");
        _ended = meter.CreateCounter<long>("llmgateway.batch.ended", "{batch}", "Batches by how they ended (completed, failed, expired, cancelled).");
        meter.CreateObservableGauge("llmgateway.batch.active", () => Interlocked.Read(ref _active), "{batch}", "Batches whose requests this process is making.");
        meter.CreateObservableGauge("llmgateway.batch.waiting.items", () => Interlocked.Read(ref _left), "{request}", "Their requests without a result yet.");
    }

    public void Count(string result) => _items.Add(1, new KeyValuePair<string, object?>("llmgateway.batch.result", result));

    public void End(string ending) => _ended.Add(1, new KeyValuePair<string, object?>("llmgateway.batch.ending", ending));

    /// <summary>Counts a batch and its requests until they are finished, or it is disposed.</summary>
    public Work Begin(int items)
    {
        Interlocked.Increment(ref _active);
        Interlocked.Add(ref _left, items);
        return new Work(this, items);
    }

    internal sealed class Work(BatchMetrics metrics, int items) : IDisposable
    {
        private int _items = items;

        public void Finish()
        {
            Interlocked.Decrement(ref _items);
            Interlocked.Decrement(ref metrics._left);
        }

        public void Dispose()
        {
            Interlocked.Decrement(ref metrics._active);
            Interlocked.Add(ref metrics._left, -Volatile.Read(ref _items));
        }
    }
}
