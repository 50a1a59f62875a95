using System.Collections.Concurrent;
using LlmGateway.Retrieval.Storage;
using LlmGateway.Retrieval.VectorStores;
using LlmGateway.Service;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.DependencyInjection;

namespace LlmGateway.Retrieval.Search;

/// <summary>What a process keeps of a store; it never changes.</summary>
internal interface IStoreCopy
{
    /// <summary>The version of the store that it is of, at least.</summary>
    long Version { get; }

    /// <summary>What it takes in memory, nearly.</summary>
    long SizeBytes { get; }
}

/// <summary>
/// The process's copies of stores, bounded in bytes, the least recently used going first. The database is the truth: who finds a
/// copy older than the store's row waits until it is brought up to date, once for all that wait.
/// </summary>
internal abstract class StoreCopies<TCopy>(IServiceScopeFactory scopes, RetrievalMetrics metrics, long limitBytes) : IDisposable
    where TCopy : class, IStoreCopy
{
    private readonly MemoryCache _copies = new(new MemoryCacheOptions { SizeLimit = limitBytes });
    private readonly ConcurrentDictionary<string, Task<TCopy>> _updates = new();

    /// <summary>The stores that it has copies of.</summary>
    public IEnumerable<string> Held => _copies.Keys.OfType<string>();

    /// <param name="storeId">The store.</param>
    /// <param name="version">The copy must be of this version, or of a later one.</param>
    /// <param name="cancellationToken">Waits no longer; the update goes on for others.</param>
    /// <exception cref="ApiException">The store is no more (404).</exception>
    public async Task<TCopy> GetAsync(string storeId, long version, CancellationToken cancellationToken)
    {
        var copy = _copies.Get<TCopy>(storeId);
        while (copy is null || copy.Version < version)
        {
            // One that was on its way may have begun before the version was there.
            copy = await UpdateOnceAsync(storeId).WaitAsync(cancellationToken);
        }

        return copy;
    }

    public void Dispose() => _copies.Dispose();

    /// <param name="store">The store as it is now.</param>
    /// <param name="old">The copy so far; null for none.</param>
    /// <param name="context">The database.</param>
    protected abstract Task<TCopy> UpdateAsync(VectorStore store, TCopy? old, RetrievalDbContext context);

    /// <summary>The cache refuses what finds no room, and makes room only afterwards.</summary>
    private void Keep(string storeId, TCopy copy)
    {
        var entry = new MemoryCacheEntryOptions { Size = copy.SizeBytes };
        _copies.Set(storeId, copy, entry);
        if (_copies.Get(storeId) is null && copy.SizeBytes <= limitBytes)
        {
            _copies.Compact(1);
            _copies.Set(storeId, copy, entry);
        }

        if (_copies.Get(storeId) is null)
        {
            metrics.NotKept(typeof(TCopy).Name);
        }
    }

    private Task<TCopy> UpdateOnceAsync(string storeId)
    {
        var started = new TaskCompletionSource<TCopy>(TaskCreationOptions.RunContinuationsAsynchronously);
        var update = _updates.GetOrAdd(storeId, started.Task);
        if (update == started.Task)
        {
            _ = Task.Run(() => UpdateAsync(storeId, started));
        }

        return update;
    }

    private async Task UpdateAsync(string storeId, TaskCompletionSource<TCopy> started)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var context = scope.ServiceProvider.GetRequiredService<RetrievalDbContext>();
            var store = await context.VectorStores.AsNoTracking().SingleOrDefaultAsync(row => row.Id == storeId)
                ?? throw new ApiException(ApiErrors.NotFound($"No vector store found with id '{storeId}'.", "vector_store_id"));
            var copy = await UpdateAsync(store, _copies.Get<TCopy>(storeId), context);
            Keep(storeId, copy);
            _updates.TryRemove(storeId, out _);
            started.SetResult(copy);
        }
#pragma warning disable CA1031 // Whatever it is, those who wait are to know.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            _updates.TryRemove(storeId, out _);
            started.SetException(exception);
            _ = started.Task.Exception;
        }
    }
}
