using System.Collections.Concurrent;

namespace LlmGateway.Gateway.SemanticCaching.Entries;

/// <summary>Partitions' vectors in memory, bounded in bytes: the partition least recently used goes first.</summary>
internal sealed class VectorTables(TimeProvider time)
{
    private readonly ConcurrentDictionary<TableKey, Slot> _slots = new();

    /// <summary>Memory that they take, in bytes, about.</summary>
    public long Bytes => _slots.Values.Sum(slot => slot.Bytes);

    /// <summary>A partition's table; made by one of those who ask for it at the same time.</summary>
    /// <param name="key">The partition.</param>
    /// <param name="load">Makes it. When that fails it is made again at the next wish.</param>
    public Task<VectorTable> GetOrAddAsync(TableKey key, Func<Task<VectorTable>> load)
    {
        var slot = _slots.GetOrAdd(key, static (_, load) => new Slot(load), load);
        slot.LastUsed = time.GetTimestamp();
        var table = slot.Table;
        if (table.IsFaulted || table.IsCanceled)
        {
            _slots.TryRemove(new KeyValuePair<TableKey, Slot>(key, slot));
        }

        return table;
    }

    /// <summary>A partition's table, if there is one or one is being made.</summary>
    public Task<VectorTable>? Find(TableKey key) => _slots.TryGetValue(key, out var slot) ? slot.Table : null;

    /// <summary>Forgets tables.</summary>
    public void Drop(Func<TableKey, bool> which)
    {
        foreach (var key in _slots.Keys.Where(which))
        {
            _slots.TryRemove(key, out _);
        }
    }

    /// <summary>Forgets what was not used for longest until the rest fits; never <paramref name="keep"/>, which was used just now.</summary>
    public void Trim(long maxBytes, TableKey keep)
    {
        var bytes = Bytes;
        foreach (var (key, slot) in _slots.Where(pair => pair.Key != keep).OrderBy(pair => pair.Value.LastUsed))
        {
            if (bytes <= maxBytes)
            {
                return;
            }

            bytes -= slot.Bytes;
            _slots.TryRemove(key, out _);
        }
    }

    private sealed class Slot(Func<Task<VectorTable>> load)
    {
        // Of those who ask at once only one loads.
        private readonly Lazy<Task<VectorTable>> _table = new(load);

        public Task<VectorTable> Table => _table.Value;

        public long LastUsed { get; set; }

        public long Bytes => _table.IsValueCreated && Table.IsCompletedSuccessfully ? Table.Result.Bytes : 0;
    }
}

/// <param name="CacheId">The cache.</param>
/// <param name="Generation">The cache's generation: when it moves on, the tables of the one before are not found any more.</param>
/// <param name="Partition">The partition.</param>
internal readonly record struct TableKey(string CacheId, long Generation, string Partition);
