using System.Diagnostics.Metrics;
using LlmGateway.Gateway.Redis;

namespace LlmGateway.Gateway.Caching;

/// <summary>What each tier of the cache did.</summary>
internal sealed class CacheMetrics
{
    private const string Result = "llmgateway.cache.result";
    private const string Tier = "llmgateway.cache.tier";
    private readonly Counter<long> _reads;
    private readonly Counter<long> _writes;

    public CacheMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(Telemetry.Name);
        _reads = meter.CreateCounter<long>(
            "llmgateway.cache.reads", "{read}", "Look-ups by tier (memory, redis) and result (hit, miss, error, timeout, skipped).");
        _writes = meter.CreateCounter<long>(
            "llmgateway.cache.writes", "{write}", "Answers for Redis by result (stored, error, timeout, skipped, dropped, too_large).");
    }

    public void CountMemoryRead(bool found) => CountRead("memory", found ? "hit" : "miss");

    public void CountRedisRead(RedisOutcome outcome, bool found) => CountRead("redis", outcome == RedisOutcome.Done ? found ? "hit" : "miss" : Name(outcome));

    public void CountWrite(RedisOutcome outcome) => CountWrite(outcome == RedisOutcome.Done ? "stored" : Name(outcome));

    /// <summary>An answer that was not sent because too many bytes wait already.</summary>
    public void CountDroppedWrite() => CountWrite("dropped");

    public void CountTooLargeWrite() => CountWrite("too_large");

    private void CountRead(string tier, string result) =>
        _reads.Add(1, new KeyValuePair<string, object?>(Tier, tier), new KeyValuePair<string, object?>(Result, result));

    private void CountWrite(string result) => _writes.Add(1, new KeyValuePair<string, object?>(Result, result));

    private static string Name(RedisOutcome outcome) => outcome switch
    {
        RedisOutcome.Error => "error",
        RedisOutcome.Timeout => "timeout",
        _ => "skipped",
    };
}
