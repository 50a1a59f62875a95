using System.Diagnostics.Metrics;

namespace LlmGateway.Gateway.SemanticCaching.Entries;

/// <summary>The memory of semantic caches: copies of stored vectors, and entries that are stored nowhere; each within the same limit.</summary>
internal sealed class SemanticMemory
{
    private readonly GatewaySettings _settings;

    public SemanticMemory(GatewaySettings settings, TimeProvider time, IMeterFactory meters)
    {
        _settings = settings;
        (Copies, Unstored) = (new VectorTables(time), new VectorTables(time));
        meters.Create(Telemetry.Name).CreateObservableGauge(
            "llmgateway.semantic_cache.memory",
            () => (Measurement<long>[])
            [
                new(Copies.Bytes, new KeyValuePair<string, object?>("llmgateway.semantic_cache.kind", "copies")),
                new(Unstored.Bytes, new KeyValuePair<string, object?>("llmgateway.semantic_cache.kind", "unstored")),
            ],
            "By", "Memory of semantic caches' vectors and unstored entries.");
    }

    /// <summary>Limit of each kind, in bytes.</summary>
    public long MaxBytes => _settings.Current.SemanticCaching.MemoryBytes;

    /// <summary>Vectors whose entries are rows.</summary>
    public VectorTables Copies { get; }

    /// <summary>Entries of projects that keep no bodies.</summary>
    public VectorTables Unstored { get; }

    public void TrimCopies(TableKey used) => Copies.Trim(MaxBytes, used);

    public void TrimUnstored(TableKey used) => Unstored.Trim(MaxBytes, used);
}
