using System.Collections.Concurrent;
using LlmGateway.Retrieval.Storage;
using LlmGateway.Retrieval.VectorStores;
using LlmGateway.Text.Search;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Options;

namespace LlmGateway.Retrieval.Search;

/// <summary>
/// The process's copies of stores' words, bounded in bytes, the least recently used going first. The database is the truth: a
/// search that finds a copy older than the store's row makes it anew, once for all that wait.
/// </summary>
internal sealed class LexicalIndexes(IOptions<RetrievalOptions> options) : IDisposable
{
    private readonly MemoryCache _copies = new(new MemoryCacheOptions { SizeLimit = options.Value.IndexBytes });
    private readonly ConcurrentDictionary<string, Task<LexicalIndex>> _loading = new();

    public async Task<LexicalIndex> GetAsync(VectorStore store, RetrievalDbContext context, CancellationToken cancellationToken)
    {
        if (_copies.Get<LexicalIndex>(store.Id) is { } copy && copy.Version >= store.Version)
        {
            return copy;
        }

        var loading = new TaskCompletionSource<LexicalIndex>(TaskCreationOptions.RunContinuationsAsynchronously);
        var shared = _loading.GetOrAdd($"{store.Id}:{store.Version}", loading.Task);
        return shared == loading.Task ? await LoadAsync(store, context, loading, cancellationToken) : await shared.WaitAsync(cancellationToken);
    }

    public void Dispose() => _copies.Dispose();

    private async Task<LexicalIndex> LoadAsync(
        VectorStore store, RetrievalDbContext context, TaskCompletionSource<LexicalIndex> loading, CancellationToken cancellationToken)
    {
        try
        {
            // Whoever waits for it does so on this caller's behalf no longer than it stays.
            var index = await ReadAsync(store, context, cancellationToken);
            _copies.Set(store.Id, index, new MemoryCacheEntryOptions { Size = index.SizeBytes });
            loading.SetResult(index);
            return index;
        }
        catch (Exception exception)
        {
            loading.SetException(exception);
            _ = loading.Task.Exception;
            throw;
        }
        finally
        {
            _loading.TryRemove($"{store.Id}:{store.Version}", out _);
        }
    }

    private static async Task<LexicalIndex> ReadAsync(VectorStore store, RetrievalDbContext context, CancellationToken cancellationToken)
    {
        var rows = await context.Chunks.AsNoTracking().Where(chunk => chunk.VectorStoreId == store.Id)
            .OrderBy(chunk => chunk.FileRowId).ThenBy(chunk => chunk.Index)
            .Select(chunk => new { chunk.FileRowId, chunk.Index, chunk.Text }).ToListAsync(cancellationToken);
        return new LexicalIndex(
            store.Version, Bm25Index.Build([.. rows.Select(row => row.Text)]), [.. rows.Select(row => new ChunkKey(row.FileRowId, row.Index))]);
    }
}
