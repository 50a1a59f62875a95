using LlmGateway.Gateway.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace LlmGateway.Gateway.SemanticCaching.Entries;

/// <summary>Partitions' rows. They hold nothing that anybody wrote, so there are some for projects that keep no bodies too.</summary>
internal sealed class SemanticPartitions(IServiceScopeFactory scopes)
{
    /// <summary>Adds a partition unless it is there; another gateway may be adding it at this moment.</summary>
    public async Task AddAsync(SemanticPartition partition, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<GatewayDbContext>().Database.ExecuteSqlAsync(
            $"""
            INSERT INTO semantic_cache_partitions ("CacheId", "Id", "Model", "Deployment", "PromptId", "PromptVersion", "Hits", "CreatedAt")
            VALUES ({partition.CacheId}, {partition.Id}, {partition.Model}, {partition.Deployment}, {partition.PromptId}, {partition.PromptVersion}, 0, {partition.CreatedAt})
            ON CONFLICT DO NOTHING
            """,
            cancellationToken);
    }

    public async Task CountHitAsync(string cacheId, string id, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<GatewayDbContext>().SemanticPartitions
            .Where(partition => partition.CacheId == cacheId && partition.Id == id)
            .ExecuteUpdateAsync(set => set.SetProperty(partition => partition.Hits, partition => partition.Hits + 1), cancellationToken);
    }
}
