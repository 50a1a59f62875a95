using System.Diagnostics.Metrics;

namespace LlmGateway.Gateway.SemanticCaching;

/// <summary>What semantic caches did.</summary>
internal sealed class SemanticMetrics
{
    private const string Result = "llmgateway.semantic_cache.result";
    private const string Reason = "llmgateway.semantic_cache.reason";
    private const string Kind = "llmgateway.semantic_cache.kind";
    private readonly Counter<long> _lookups;
    private readonly Counter<long> _writes;
    private readonly Counter<long> _checks;
    private readonly Histogram<double> _duration;

    public SemanticMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(Telemetry.Name);
        _lookups = meter.CreateCounter<long>(
            "llmgateway.semantic_cache.lookups", "{request}",
            "Requests that a semantic cache is for, by result (hit, miss, left_out, failed) and, where there is one, by reason.");
        _writes = meter.CreateCounter<long>(
            "llmgateway.semantic_cache.writes", "{entry}", "Answers for semantic caches by result (stored, dropped, too_large, outdated, failed).");
        _checks = meter.CreateCounter<long>(
            "llmgateway.semantic_cache.checks", "{pair}",
            "Pairs to be judged by kind (hit, near_miss) and result (same, different, unusable, failed, capped, dropped).");
        _duration = meter.CreateHistogram<double>("llmgateway.semantic_cache.lookup.duration", "s", "Duration of a look-up, without the embedding.");
    }

    public void CountLookup(bool hit) => _lookups.Add(1, new KeyValuePair<string, object?>(Result, hit ? "hit" : "miss"));

    /// <summary>A request whose nearest question is near enough, and another one, with another answer, is nearly as near.</summary>
    public void CountContested() => CountWithout("miss", "contested");

    /// <summary>A request that is none for the cache, such as one with tools.</summary>
    public void CountLeftOut(string reason) => CountWithout("left_out", reason);

    /// <summary>A request that went on without the cache because something was away.</summary>
    public void CountFailed(string reason) => CountWithout("failed", reason);

    public void CountWrite(string result) => _writes.Add(1, new KeyValuePair<string, object?>(Result, result));

    public void CountCheck(string kind, string result) =>
        _checks.Add(1, new KeyValuePair<string, object?>(Kind, kind), new KeyValuePair<string, object?>(Result, result));

    public void RecordLookup(TimeSpan duration) => _duration.Record(duration.TotalSeconds);

    private void CountWithout(string result, string reason) =>
        _lookups.Add(1, new KeyValuePair<string, object?>(Result, result), new KeyValuePair<string, object?>(Reason, reason));
}
