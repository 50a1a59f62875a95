using System.Collections.Concurrent;
using LlmGateway.Service;

namespace LlmGateway.Gateway.Keys;

/// <summary>
/// Callers behind their keys, kept for <see cref="CacheTime"/>, also that there is none. When the database is away what was known
/// goes on being known.
/// </summary>
/// <param name="load">Reads a caller; null if there is none.</param>
/// <param name="time">The clock.</param>
internal sealed class KnownCallers<TKey>(Func<TKey, CancellationToken, Task<Caller?>> load, TimeProvider time)
    where TKey : notnull
{
    public static readonly TimeSpan CacheTime = TimeSpan.FromSeconds(30);
    private const int MaxEntries = 50_000;

    private readonly ConcurrentDictionary<TKey, Entry> _entries = new();
    private int _revocations;

    public ValueTask<Caller?> FindAsync(TKey key, CancellationToken cancellationToken) =>
        _entries.TryGetValue(key, out var entry) && entry.FreshUntil > time.GetTimestamp()
            ? ValueTask.FromResult(entry.Caller)
            : LoadAsync(key, entry, cancellationToken);

    /// <summary>Forgets a key that was revoked.</summary>
    public void Forget(string keyId)
    {
        Interlocked.Increment(ref _revocations);
        foreach (var (key, entry) in _entries)
        {
            if (entry.Caller?.KeyId == keyId)
            {
                _entries.TryRemove(key, out _);
            }
        }
    }

    private async ValueTask<Caller?> LoadAsync(TKey key, Entry? stale, CancellationToken cancellationToken)
    {
        var revocations = Volatile.Read(ref _revocations);
        Caller? caller;
        try
        {
            caller = await load(key, cancellationToken);
        }
        catch (Exception exception) when (stale is not null && StoreErrors.IsOfStore(exception))
        {
            caller = stale.Caller;
        }

        if (_entries.Count >= MaxEntries)
        {
            _entries.Clear();
        }

        _entries[key] = new Entry(caller, time.GetTimestamp() + (long)(CacheTime.TotalSeconds * time.TimestampFrequency));
        if (revocations != Volatile.Read(ref _revocations))
        {
            // Its row may have been read just before it was revoked: the next call reads it again.
            _entries.TryRemove(key, out _);
        }

        return caller;
    }

    private sealed record Entry(Caller? Caller, long FreshUntil);
}
