using LlmGateway.Gateway.Settings;
using LlmGateway.Gateway.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LlmGateway.Gateway.SemanticCaching.Caches;

/// <summary>This gateway's copy of every project's semantic caches and of the thresholds that partitions have of their own.</summary>
internal sealed class SemanticCacheDirectory(IServiceScopeFactory scopes, ILogger<SemanticCacheDirectory> logger)
    : SettingsDirectory(SettingsKinds.SemanticCaches, scopes, logger)
{
    private volatile SemanticCacheTable _current = new([], []);

    public SemanticCacheTable Current => _current;

    protected override async Task LoadAsync(GatewayDbContext context, CancellationToken cancellationToken) =>
        _current = new SemanticCacheTable(
            await context.SemanticCaches.AsNoTracking().OrderBy(cache => cache.Id).ToListAsync(cancellationToken),
            await context.SemanticPartitions.AsNoTracking().Where(partition => partition.Threshold != null).ToListAsync(cancellationToken));
}
