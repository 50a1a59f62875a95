using LlmGateway.Gateway.SemanticCaching.Caches;

namespace LlmGateway.Gateway.SemanticCaching.Entries;

/// <summary>
/// Entries of projects that keep no bodies: in this gateway's memory alone. Removing any of a cache's entries, at whichever
/// gateway, removes all that are here, because its generation moves on.
/// </summary>
internal sealed class MemoryEntries(SemanticMemory memory, TimeProvider time) : ISemanticEntries
{
    public async Task<IReadOnlyList<SemanticMatch>> FindAsync(SemanticQuery query, CancellationToken cancellationToken)
    {
        if (memory.Unstored.Find(Key(query.Cache, query.Partition)) is not { } kept)
        {
            return [];
        }

        var nearest = (await kept).FindNearest(query.Vector, time.GetUtcNow().ToUnixTimeSeconds(), query.Count);
        return nearest.Count > 0 && nearest[0].Similarity >= query.AtLeast
            ? [.. nearest.Select(found => new SemanticMatch(found.Row.Entry!, Math.Min(1, found.Similarity)))]
            : [];
    }

    public async Task AddAsync(NewSemanticEntry added, CancellationToken cancellationToken)
    {
        var key = Key(added.Cache, added.Entry.Partition);
        var table = await memory.Unstored.GetOrAddAsync(key, () => Task.FromResult(new VectorTable(added.Entry.Dimensions)));
        if (added.Replaces is { } old)
        {
            table.Remove(old);
        }

        table.Add(new VectorTable.Row(added.Entry.Id, added.Entry.Embedding, added.Entry.ExpiresAt, added.Entry));
        MakeRoom(table, added.Cache.Policy.MaxEntries);
        memory.TrimUnstored(key);
    }

    public Task<int> RemoveAsync(SemanticCache cache, EntryFilter filter, CancellationToken cancellationToken)
    {
        memory.Unstored.Drop(key => key.CacheId == cache.Id);
        return Task.FromResult(0);
    }

    /// <summary>The partition that was used last stays longest, whichever of its entries it was.</summary>
    public Task NoteUseAsync(string entryId, CancellationToken cancellationToken) => Task.CompletedTask;

    private static TableKey Key(SemanticCache cache, string partition) => new(cache.Id, cache.Generation, partition);

    /// <summary>A tenth at once goes, the oldest, so that not every new entry has to look for one.</summary>
    private void MakeRoom(VectorTable table, int maxEntries)
    {
        if (table.Count <= maxEntries && table.Bytes <= memory.MaxBytes)
        {
            return;
        }

        var now = time.GetUtcNow().ToUnixTimeSeconds();
        var surplus = Math.Max(0, table.Count - maxEntries) + (table.Count / 10) + 1;
        var oldest = table.Snapshot().OrderBy(row => row.ExpiresAt > now ? row.Entry!.CreatedAt : 0).ThenBy(row => row.Id, StringComparer.Ordinal).Take(surplus);
        foreach (var row in oldest)
        {
            table.Remove(row.Id);
        }
    }
}
