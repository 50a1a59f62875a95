using LlmGateway.Gateway.SemanticCaching.Caches;
using LlmGateway.Gateway.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace LlmGateway.Gateway.SemanticCaching.Entries;

/// <summary>Entries as rows of the gateway's database; how the nearest is found differs by database.</summary>
internal abstract class StoredEntries(IServiceScopeFactory scopes, TimeProvider time) : ISemanticEntries
{
    /// <summary>A row's use is noted so often at most: in PostgreSQL each update of a row is a new one, also in the index of vectors.</summary>
    public static readonly TimeSpan UseGranularity = TimeSpan.FromMinutes(10);

    public abstract Task<IReadOnlyList<SemanticMatch>> FindAsync(SemanticQuery query, CancellationToken cancellationToken);

    public virtual async Task AddAsync(NewSemanticEntry added, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var context = scope.ServiceProvider.GetRequiredService<GatewayDbContext>();
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        if (added.Replaces is { } old)
        {
            await context.SemanticEntries.Where(entry => entry.Id == old && entry.CacheId == added.Cache.Id).ExecuteDeleteAsync(cancellationToken);
        }

        context.Add(added.Entry);
        await context.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    public virtual async Task<int> RemoveAsync(SemanticCache cache, EntryFilter filter, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var context = scope.ServiceProvider.GetRequiredService<GatewayDbContext>();
        return await context.SemanticEntries.Where(entry => entry.CacheId == cache.Id
                && (filter.Id == null || entry.Id == filter.Id)
                && (filter.Partition == null || entry.Partition == filter.Partition)
                && (filter.PromptId == null || entry.PromptId == filter.PromptId)
                && (filter.PromptVersion == null || entry.PromptVersion == filter.PromptVersion))
            .ExecuteDeleteAsync(cancellationToken);
    }

    public async Task NoteUseAsync(string entryId, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var now = time.GetUtcNow();
        var due = (now - UseGranularity).ToUnixTimeSeconds();
        await scope.ServiceProvider.GetRequiredService<GatewayDbContext>().SemanticEntries
            .Where(entry => entry.Id == entryId && entry.LastUsedAt < due)
            .ExecuteUpdateAsync(set => set.SetProperty(entry => entry.LastUsedAt, now.ToUnixTimeSeconds()), cancellationToken);
    }
}
