
namespace LlmGateway.Gateway.Health;

/// <summary>
/// A provider's keys, which take turns. One that the provider refuses rests for all its models; one that it limits rests for the
/// model that was asked. If all rest, the one that is free again first is used.
/// </summary>
internal sealed class KeyPool
{
    /// <summary>How long a key rests that was refused; somebody may have unblocked it then.</summary>
    public static readonly TimeSpan RejectedRest = TimeSpan.FromMinutes(5);

    private readonly IReadOnlyList<string> _keys;
    private readonly long[] _rejectedUntil;
    private uint _turn;

    public KeyPool(IReadOnlyList<string> keys)
    {
        _keys = keys;
        _rejectedUntil = new long[Math.Max(1, keys.Count)];
    }

    /// <summary>How many there are; a provider that wants none has one that is empty.</summary>
    public int Count => _rejectedUntil.Length;

    public bool Has(IReadOnlyList<string> keys) => ReferenceEquals(_keys, keys) || _keys.SequenceEqual(keys, StringComparer.Ordinal);

    /// <summary>The next key that does not rest.</summary>
    /// <param name="health">The deployment that is asked.</param>
    /// <param name="tried">Keys that this call must not use again, as bits.</param>
    /// <param name="now">The time.</param>
    /// <param name="evenResting">Whether a resting one is better than none.</param>
    /// <returns>Its place, or -1.</returns>
    public int Next(DeploymentHealth health, ulong tried, DateTimeOffset now, bool evenResting)
    {
        if (Count == 1)
        {
            return (tried & 1) == 0 && (evenResting || FreeAt(0, health) <= now.UtcTicks) ? 0 : -1;
        }

        var turn = (int)(Interlocked.Increment(ref _turn) % (uint)Count);
        var (best, bestFree) = (-1, long.MaxValue);
        for (var offset = 0; offset < Count; offset++)
        {
            var index = (turn + offset) % Count;
            if ((tried & (1UL << index)) != 0)
            {
                continue;
            }

            var free = FreeAt(index, health);
            if (free <= now.UtcTicks)
            {
                return index;
            }

            if (evenResting && free < bestFree)
            {
                (best, bestFree) = (index, free);
            }
        }

        return best;
    }

    /// <summary>When the first of them is free for a deployment, in ticks of UTC.</summary>
    public long FirstFree(DeploymentHealth health)
    {
        var first = long.MaxValue;
        for (var index = 0; index < Count; index++)
        {
            first = Math.Min(first, FreeAt(index, health));
        }

        return first;
    }

    public void Reject(int index, DateTimeOffset now) => Volatile.Write(ref _rejectedUntil[index], (now + RejectedRest).UtcTicks);

    /// <summary>The provider took a key: whatever was held against it is over.</summary>
    public void Accept(int index)
    {
        if (Volatile.Read(ref _rejectedUntil[index]) != 0)
        {
            Volatile.Write(ref _rejectedUntil[index], 0);
        }
    }

    /// <summary>Until when a key rests that was refused; null if it does not.</summary>
    public DateTimeOffset? RejectedUntil(int index, DateTimeOffset now) =>
        Volatile.Read(ref _rejectedUntil[index]) is var until && until > now.UtcTicks ? new DateTimeOffset(until, TimeSpan.Zero) : null;

    private long FreeAt(int index, DeploymentHealth health) => Math.Max(Volatile.Read(ref _rejectedUntil[index]), health.KeyLimitedUntil(index));
}
