using LlmGateway.Gateway.SemanticCaching.Caches;
using LlmGateway.Gateway.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace LlmGateway.Gateway.SemanticCaching.Entries;

/// <summary>
/// Entries in SQLite, which one process has for itself: their vectors are copied into its memory, a partition at its first use.
/// The rows are the truth: what a copy still has and they no longer have is not served.
/// </summary>
internal sealed class ScannedEntries(IServiceScopeFactory scopes, SemanticMemory memory, TimeProvider time) : StoredEntries(scopes, time)
{
    /// <summary>How often a look-up may find rows gone before it gives up.</summary>
    private const int MaxStale = 8;

    private readonly IServiceScopeFactory _scopes = scopes;
    private readonly TimeProvider _time = time;

    public override async Task<IReadOnlyList<SemanticMatch>> FindAsync(SemanticQuery query, CancellationToken cancellationToken)
    {
        var key = Key(query.Cache, query.Partition);
        var table = await memory.Copies.GetOrAddAsync(key, () => Task.Run(() => LoadAsync(key, query.Vector.Length), CancellationToken.None)).WaitAsync(cancellationToken);
        for (var attempt = 0; attempt < MaxStale; attempt++)
        {
            var nearest = table.FindNearest(query.Vector, _time.GetUtcNow().ToUnixTimeSeconds(), query.Count);
            if (nearest.Count == 0 || nearest[0].Similarity < query.AtLeast)
            {
                return [];
            }

            var entries = await ReadAsync([.. nearest.Select(found => found.Row.Id)], cancellationToken);
            if (entries.Count == nearest.Count)
            {
                return [.. nearest.Select(found => new SemanticMatch(entries[found.Row.Id], Math.Min(1, found.Similarity)))];
            }

            foreach (var (row, _) in nearest.Where(found => !entries.ContainsKey(found.Row.Id)))
            {
                table.Remove(row.Id);
            }
        }

        return [];
    }

    public override async Task AddAsync(NewSemanticEntry added, CancellationToken cancellationToken)
    {
        await base.AddAsync(added, cancellationToken);
        var key = Key(added.Cache, added.Entry.Partition);
        if (memory.Copies.Find(key) is not { } loading)
        {
            return;
        }

        // Loading may have read the new row as well: its id stands in the table once.
        var table = await loading;
        table.Add(Row(added.Entry.Id, added.Entry.Embedding, added.Entry.ExpiresAt));
        if (added.Replaces is { } old)
        {
            table.Remove(old);
        }

        // Rows that were swept away stay in the copy: when they are many, it is made anew at the next look-up.
        if (table.Count > added.Cache.Policy.MaxEntries * 2L || table.Bytes > memory.MaxBytes)
        {
            memory.Copies.Drop(other => other == key);
        }

        memory.TrimCopies(key);
    }

    public override async Task<int> RemoveAsync(SemanticCache cache, EntryFilter filter, CancellationToken cancellationToken)
    {
        var removed = await base.RemoveAsync(cache, filter, cancellationToken);
        memory.Copies.Drop(key => key.CacheId == cache.Id && (filter.Partition is null || key.Partition == filter.Partition));
        return removed;
    }

    /// <summary>No generation: the rows tell what is gone.</summary>
    private static TableKey Key(SemanticCache cache, string partition) => new(cache.Id, 0, partition);

    private static VectorTable.Row Row(string id, Half[] vector, long expiresAt) => new(id, vector, expiresAt, null);

    /// <summary>Of a partition that is too large for the memory, what was used last.</summary>
    private async Task<VectorTable> LoadAsync(TableKey key, int dimensions)
    {
        await using var scope = _scopes.CreateAsyncScope();
        var context = scope.ServiceProvider.GetRequiredService<GatewayDbContext>();
        var limit = (int)Math.Min(int.MaxValue, memory.MaxBytes / VectorTable.BytesOfRow(dimensions));
        var table = new VectorTable(dimensions);
        var rows = context.SemanticEntries.AsNoTracking()
            .Where(entry => entry.CacheId == key.CacheId && entry.Partition == key.Partition && entry.Dimensions == dimensions)
            .OrderByDescending(entry => entry.LastUsedAt).Take(limit)
            .Select(entry => new { entry.Id, entry.Embedding, entry.ExpiresAt });
        await foreach (var row in rows.AsAsyncEnumerable())
        {
            table.Add(Row(row.Id, row.Embedding, row.ExpiresAt));
        }

        memory.TrimCopies(key);
        return table;
    }

    private async Task<Dictionary<string, SemanticEntry>> ReadAsync(string[] ids, CancellationToken cancellationToken)
    {
        await using var scope = _scopes.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<GatewayDbContext>().SemanticEntries.AsNoTracking()
            .Where(entry => ids.Contains(entry.Id)).ToDictionaryAsync(entry => entry.Id, cancellationToken);
    }
}
