using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using LlmGateway.Gateway.Pricing;
using Microsoft.Extensions.Caching.Memory;

namespace LlmGateway.Gateway.Caching;

/// <summary>A complete answer in its JSON form, whichever way it came.</summary>
internal sealed record CachedAnswer(
    byte[] Json, string Provider, string Model, string? BodyId, string? FinishReason, TokenCounts Usage, bool UsageEstimated, DateTimeOffset StoredAt)
{
    private byte[]? _sse;
    private byte[]? _sseWithUsage;

    /// <summary>The answer as a stream; made at the first wish for it.</summary>
    public byte[] ToSse(string operation, bool includeUsage) => includeUsage
        ? _sseWithUsage ??= OpenAI.StreamReplayer.ToSse(operation, Json, includeUsage: true)
        : _sse ??= OpenAI.StreamReplayer.ToSse(operation, Json, includeUsage: false);

    /// <summary>Bytes it may take in memory: the JSON, and both streams that may be made of it.</summary>
    public long Size => (Json.Length * 6L) + 512;
}

/// <summary>
/// Exact answers in memory, bounded in bytes, and one upstream call for identical requests that are under way.
/// </summary>
internal sealed class ResponseCache : IDisposable
{
    /// <summary>Making room goes through every entry, so it makes much at once.</summary>
    private const double ShareRemovedWhenFull = 0.25;

    private readonly MemoryCache _memory;
    private readonly ConcurrentDictionary<CacheKey, Flight> _flights = new();
    private readonly TimeProvider _time;

    public ResponseCache(GatewaySettings settings, TimeProvider time, IMeterFactory meters)
    {
        _time = time;
        _memory = new MemoryCache(new MemoryCacheOptions
        {
            SizeLimit = settings.Current.Cache.SizeBytes,
            CompactionPercentage = ShareRemovedWhenFull,
            TrackStatistics = true,
        });
        var meter = meters.Create(Telemetry.Name);
        meter.CreateObservableGauge("llmgateway.cache.size", () => _memory.GetCurrentStatistics()?.CurrentEstimatedSize ?? 0, "By", "Memory of cached answers.");
        meter.CreateObservableGauge("llmgateway.cache.waiting", () => Waiting, "{request}", "Requests that wait for an answer which others may share.");
        meter.CreateObservableGauge("llmgateway.cache.entries", () => (long)_memory.Count, "{entry}", "Cached answers.");
    }

    /// <summary>Requests that wait for a shared call, with those that lead one.</summary>
    public int Waiting => _flights.Values.Sum(flight => flight.Aboard);

    public CachedAnswer? Find(CacheKey key, TimeSpan? maxAge) =>
        _memory.TryGetValue(key, out CachedAnswer? answer) && (maxAge is null || _time.GetUtcNow() - answer!.StoredAt <= maxAge)
            ? answer
            : null;

    public void Store(CacheKey key, CachedAnswer answer, TimeSpan ttl) =>
        _memory.Set(key, answer, new MemoryCacheEntryOptions { AbsoluteExpirationRelativeToNow = ttl, Size = answer.Size });

    /// <summary>Joins the call that is under way for the key, or begins one.</summary>
    /// <returns>The flight, and whether the caller leads it: a leader must land it, whatever happens.</returns>
    public (Flight Flight, bool Leads) Join(CacheKey key)
    {
        var mine = new Flight();
        while (true)
        {
            var flight = _flights.GetOrAdd(key, mine);
            if (ReferenceEquals(flight, mine))
            {
                return (mine, true);
            }

            if (flight.TryBoard())
            {
                return (flight, false);
            }

            // Everybody has left that one: it is being cancelled, and this call is none of its.
            _flights.TryRemove(new KeyValuePair<CacheKey, Flight>(key, flight));
        }
    }

    /// <summary>Ends a flight; followers get the answer, or null and call for themselves.</summary>
    public void Land(CacheKey key, Flight flight, CachedAnswer? answer)
    {
        _flights.TryRemove(new KeyValuePair<CacheKey, Flight>(key, flight));
        flight.Land(answer);
    }

    public void Dispose() => _memory.Dispose();
}
