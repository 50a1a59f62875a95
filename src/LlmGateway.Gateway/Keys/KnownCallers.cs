using System.Collections.Concurrent;
using LlmGateway.Service;

namespace LlmGateway.Gateway.Keys;

/// <summary>
/// Callers behind their keys, kept for <see cref="CacheTime"/>, also that there is none. When the database is away what was known
/// goes on being known.
/// </summary>
/// <param name="load">Reads a caller, and until when (Unix seconds) it may call; null if there is none.</param>
/// <param name="time">The clock.</param>
internal sealed class KnownCallers<TKey>(Func<TKey, CancellationToken, Task<(Caller Caller, long? Until)?>> load, TimeProvider time)
    where TKey : notnull
{
    public static readonly TimeSpan CacheTime = TimeSpan.FromSeconds(30);
    private const int MaxEntries = 50_000;

    private readonly ConcurrentDictionary<TKey, Entry> _entries = new();
    private readonly ConcurrentDictionary<TKey, Lazy<Task<Entry>>> _loading = new();
    private int _revocations;

    public ValueTask<Caller?> FindAsync(TKey key, CancellationToken cancellationToken) =>
        _entries.TryGetValue(key, out var entry) && entry.FreshUntil > time.GetTimestamp()
            ? ValueTask.FromResult(InForce(entry))
            : JoinAsync(key, entry, cancellationToken);

    /// <summary>Forgets a key that was revoked or changed.</summary>
    public void Forget(string keyId)
    {
        Interlocked.Increment(ref _revocations);
        _loading.Clear();
        foreach (var (key, entry) in _entries)
        {
            if (entry.Caller?.KeyId == keyId)
            {
                _entries.TryRemove(key, out _);
            }
        }
    }

    /// <summary>Of many calls that come with a key that is not known, one asks the database; it goes on when that one's caller leaves.</summary>
    private async ValueTask<Caller?> JoinAsync(TKey key, Entry? stale, CancellationToken cancellationToken)
    {
        var loading = _loading.GetOrAdd(key, static (key, of) => new Lazy<Task<Entry>>(() => of.Known.LoadAsync(key, of.Stale)), (Known: this, Stale: stale));
        return InForce(await loading.Value.WaitAsync(cancellationToken));
    }

    private async Task<Entry> LoadAsync(TKey key, Entry? stale)
    {
        var revocations = Volatile.Read(ref _revocations);
        try
        {
            var known = await ReadAsync(key, stale);
            Keep(key, known, revocations);
            return known;
        }
        finally
        {
            _loading.TryRemove(key, out _);
        }
    }

    private async Task<Entry> ReadAsync(TKey key, Entry? stale)
    {
        try
        {
            var loaded = await load(key, CancellationToken.None);
            return new Entry(loaded?.Caller, loaded?.Until, FreshUntil());
        }
        catch (Exception exception) when (stale is not null && StoreErrors.IsOfStore(exception))
        {
            return stale with { FreshUntil = FreshUntil() };
        }
    }

    private void Keep(TKey key, Entry known, int revocations)
    {
        if (_entries.Count >= MaxEntries)
        {
            _entries.Clear();
        }

        _entries[key] = known;
        if (revocations != Volatile.Read(ref _revocations))
        {
            // Its row may have been read just before it was revoked: the next call reads it again.
            _entries.TryRemove(key, out _);
        }
    }

    private long FreshUntil() => time.GetTimestamp() + (long)(CacheTime.TotalSeconds * time.TimestampFrequency);

    /// <summary>What has an end ends on the second, known or not.</summary>
    private Caller? InForce(Entry entry) => entry.Until is { } until && until <= time.GetUtcNow().ToUnixTimeSeconds() ? null : entry.Caller;

    private sealed record Entry(Caller? Caller, long? Until, long FreshUntil);
}
