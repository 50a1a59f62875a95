using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Caching.Memory;

namespace LlmGateway.Gateway.Caching;

/// <summary>
/// Exact answers in the process's memory, bounded in bytes, and one upstream call for identical requests under way in it.
/// </summary>
internal sealed class ResponseCache : IDisposable
{
    /// <summary>Making room goes through every entry, so it makes much at once.</summary>
    private const double ShareRemovedWhenFull = 0.25;

    private readonly MemoryCache _memory;
    private readonly ConcurrentDictionary<CacheKey, Flight> _flights = new();
    private readonly CacheMetrics _metrics;
    private readonly TimeProvider _time;

    public ResponseCache(GatewaySettings settings, CacheMetrics metrics, TimeProvider time, IMeterFactory meters)
    {
        (_metrics, _time) = (metrics, time);
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

    public CachedAnswer? Find(CacheKey key, TimeSpan? maxAge)
    {
        var answer = _memory.Get<CachedAnswer>(key);
        var found = answer is not null && (maxAge is null || _time.GetUtcNow() - answer.StoredAt <= maxAge);
        _metrics.CountMemoryRead(found);
        return found ? answer : null;
    }

    public void Store(CacheKey key, CachedAnswer answer)
    {
        var remaining = answer.ExpiresAt - _time.GetUtcNow();
        if (remaining > TimeSpan.Zero)
        {
            _memory.Set(key, answer, new MemoryCacheEntryOptions { AbsoluteExpirationRelativeToNow = remaining, Size = answer.Size });
        }
    }

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
