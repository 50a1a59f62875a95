using LlmGateway.Gateway.SemanticCaching.Caches;
using LlmGateway.Gateway.Storage;
using LlmGateway.Service;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace LlmGateway.Gateway.SemanticCaching.Entries;

/// <summary>Removes rows that expired, that are too many, or whose cache was deleted.</summary>
internal sealed class SemanticSweep(IServiceScopeFactory scopes, SemanticCacheDirectory directory, TimeProvider time) : BackgroundService
{
    /// <summary>Judged pairs that a cache keeps: the newest.</summary>
    public const int MaxPairs = 5000;

    private static readonly TimeSpan Period = TimeSpan.FromSeconds(15);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await SweepAsync(stoppingToken);
            }
            catch (Exception exception) when (StoreErrors.IsOfStore(exception))
            {
                // The database is away, which others say; the next round does it.
            }
        }
    }

    internal async Task SweepAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var context = scope.ServiceProvider.GetRequiredService<GatewayDbContext>();
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        await context.SemanticEntries.Where(entry => entry.ExpiresAt <= now).ExecuteDeleteAsync(cancellationToken);
        await context.SemanticEntries.Where(entry => !context.SemanticCaches.Any(cache => cache.Id == entry.CacheId)).ExecuteDeleteAsync(cancellationToken);
        await context.SemanticPartitions.Where(partition => !context.SemanticCaches.Any(cache => cache.Id == partition.CacheId)).ExecuteDeleteAsync(cancellationToken);
        await context.JudgedPairs.Where(pair => !context.SemanticCaches.Any(cache => cache.Id == pair.CacheId)).ExecuteDeleteAsync(cancellationToken);
        foreach (var cache in directory.Current.All)
        {
            await context.SemanticEntries.Where(entry => entry.CacheId == cache.Id)
                .OrderByDescending(entry => entry.LastUsedAt).ThenByDescending(entry => entry.Id).Skip(cache.Policy.MaxEntries)
                .ExecuteDeleteAsync(cancellationToken);
            await context.JudgedPairs.Where(pair => pair.CacheId == cache.Id)
                .OrderByDescending(pair => pair.Id).Skip(MaxPairs).ExecuteDeleteAsync(cancellationToken);
        }
    }
}
