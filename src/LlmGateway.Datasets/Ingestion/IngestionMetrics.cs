using System.Diagnostics.Metrics;

namespace LlmGateway.Datasets.Ingestion;

/// <summary>What came in: new calls, and those that a re-sent batch brought again.</summary>
internal sealed class IngestionMetrics
{
    public const string MeterName = "LlmGateway.Datasets";

    private readonly Counter<long> _stored;
    private readonly Counter<long> _repeated;

    public IngestionMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _stored = meter.CreateCounter<long>("llmgateway.datasets.inferences.stored", "{inference}", "Calls stored.");
        _repeated = meter.CreateCounter<long>("llmgateway.datasets.inferences.repeated", "{inference}", "Calls received that were stored before.");
    }

    public void Count(int stored, int repeated)
    {
        _stored.Add(stored);
        _repeated.Add(repeated);
    }
}
