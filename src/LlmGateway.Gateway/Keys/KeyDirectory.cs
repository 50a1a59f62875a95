using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using LlmGateway.Gateway.Storage;
using LlmGateway.Service;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace LlmGateway.Gateway.Keys;

/// <summary>
/// Finds the caller behind a key without a database on the way: answers, also negative ones, are kept for
/// <see cref="CacheTime"/>. A revoked key stops at once where the broadcast arrives, and within that time in any case.
/// When the database is away a known key goes on working.
/// </summary>
internal sealed class KeyDirectory(IServiceScopeFactory scopes, AdminKey admin, TimeProvider time)
{
    public static readonly TimeSpan CacheTime = TimeSpan.FromSeconds(30);
    private const int MaxEntries = 50_000;
    private const int MaxKeyLength = 256;

    private readonly ConcurrentDictionary<KeyHash, Entry> _entries = new();
    private readonly byte[] _adminHash = ApiKeySecret.Hash(admin.Value);
    private int _revocations;

    public ValueTask<Caller?> FindAsync(string key, CancellationToken cancellationToken)
    {
        if (key.Length is 0 or > MaxKeyLength)
        {
            return ValueTask.FromResult<Caller?>(null);
        }

        Span<byte> text = stackalloc byte[MaxKeyLength * 3];
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(text[..Encoding.UTF8.GetBytes(key, text)], digest);
        if (CryptographicOperations.FixedTimeEquals(digest, _adminHash))
        {
            return ValueTask.FromResult<Caller?>(admin.Caller);
        }

        var hash = new KeyHash(new UInt128(BitConverter.ToUInt64(digest), BitConverter.ToUInt64(digest[8..])),
            new UInt128(BitConverter.ToUInt64(digest[16..]), BitConverter.ToUInt64(digest[24..])));
        return _entries.TryGetValue(hash, out var entry) && entry.FreshUntil > time.GetTimestamp()
            ? ValueTask.FromResult(entry.Caller)
            : LoadAsync(hash, digest.ToArray(), entry, cancellationToken);
    }

    /// <summary>Forgets a key that was revoked.</summary>
    public void Forget(string keyId)
    {
        Interlocked.Increment(ref _revocations);
        foreach (var (hash, entry) in _entries)
        {
            if (entry.Caller?.KeyId == keyId)
            {
                _entries.TryRemove(hash, out _);
            }
        }
    }

    private async ValueTask<Caller?> LoadAsync(KeyHash hash, byte[] digest, Entry? stale, CancellationToken cancellationToken)
    {
        var revocations = Volatile.Read(ref _revocations);
        Caller? caller;
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var row = await scope.ServiceProvider.GetRequiredService<GatewayDbContext>().ApiKeys.AsNoTracking().SingleOrDefaultAsync(key => key.Hash == digest, cancellationToken);
            caller = row is not null && row.IsUsableAt(time.GetUtcNow().ToUnixTimeSeconds()) ? row.ToCaller() : null;
        }
        catch (Exception exception) when (stale is not null && StoreErrors.IsOfStore(exception))
        {
            caller = stale.Caller;
        }

        if (_entries.Count >= MaxEntries)
        {
            _entries.Clear();
        }

        _entries[hash] = new Entry(caller, time.GetTimestamp() + (long)(CacheTime.TotalSeconds * time.TimestampFrequency));
        if (revocations != Volatile.Read(ref _revocations))
        {
            // Its row may have been read just before it was revoked: the next call reads it again.
            _entries.TryRemove(hash, out _);
        }

        return caller;
    }

    private readonly record struct KeyHash(UInt128 Low, UInt128 High);

    private sealed record Entry(Caller? Caller, long FreshUntil);
}
