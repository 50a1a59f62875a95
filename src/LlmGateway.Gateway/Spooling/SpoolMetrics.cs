using System.Diagnostics.Metrics;

namespace LlmGateway.Gateway.Spooling;

/// <summary>What the spool tells of itself, on the meter <c>LlmGateway.Gateway</c>.</summary>
internal sealed class SpoolMetrics
{
    public const string MeterName = "LlmGateway.Gateway";

    private readonly Meter _meter;
    private readonly Counter<long> _appended;
    private readonly Counter<long> _bodiesDropped;
    private readonly Counter<long> _accountingLost;
    private readonly Counter<long> _corrupt;
    private readonly Counter<long> _quarantined;
    private readonly Histogram<double> _duration;
    private readonly Histogram<double> _sync;

    public SpoolMetrics(IMeterFactory meters)
    {
        _meter = meters.Create(MeterName);
        _appended = _meter.CreateCounter<long>("llmgateway.spool.appended", "{record}", "Records appended");
        _bodiesDropped = _meter.CreateCounter<long>("llmgateway.spool.bodies_dropped", "{record}", "Records whose bodies were dropped because the spool was full");
        _accountingLost = _meter.CreateCounter<long>("llmgateway.spool.accounting_lost", "{record}", "Records that neither the disk nor memory could take");
        _corrupt = _meter.CreateCounter<long>("llmgateway.spool.corrupt", "{place}", "Damaged places found while reading");
        _quarantined = _meter.CreateCounter<long>("llmgateway.spool.quarantined", "{record}", "Records set aside because Datasets refuses them");
        _sync = _meter.CreateHistogram<double>("llmgateway.spool.sync.duration", "s", "Time to bring a segment to the disk itself");
        _duration = _meter.CreateHistogram("llmgateway.spool.append.duration", "s", "Time to append a record", advice: new InstrumentAdvice<double>
        {
            HistogramBucketBoundaries = [2e-6, 5e-6, 1e-5, 2e-5, 5e-5, 1e-4, 2e-4, 5e-4, 1e-3, 1e-2, 1e-1],
        });
    }

    public void Appended(TimeSpan duration)
    {
        _appended.Add(1);
        _duration.Record(duration.TotalSeconds);
    }

    public void BodiesDropped() => _bodiesDropped.Add(1);

    public void AccountingLost() => _accountingLost.Add(1);

    public void Corrupt() => _corrupt.Add(1);

    public void Quarantined() => _quarantined.Add(1);

    public void Synced(TimeSpan duration) => _sync.Record(duration.TotalSeconds);

    public void Observe(InferenceSpool spool)
    {
        _meter.CreateObservableGauge("llmgateway.spool.bytes", () => spool.UnshippedBytes, "By", "Bytes not shipped yet");
        _meter.CreateObservableGauge("llmgateway.spool.records", () => spool.UnshippedRecords, "{record}", "Records not shipped yet");
        _meter.CreateObservableGauge("llmgateway.spool.unsynced", () => spool.UnsyncedBytes, "By", "Bytes that a loss of power may take");
        _meter.CreateObservableGauge("llmgateway.spool.quarantine.bytes", () => spool.Store.Quarantine.Bytes, "By", "Bytes of records that Datasets refuses");
        _meter.CreateObservableGauge("llmgateway.spool.full", () => spool.Full ? 1 : 0, description: "1 while bodies are dropped");
    }

    public void Observe(SpoolReader reader) =>
        _meter.CreateObservableGauge("llmgateway.spool.oldest_age", () => reader.OldestAge().TotalSeconds, "s", "Age of the oldest record not shipped yet");
}
