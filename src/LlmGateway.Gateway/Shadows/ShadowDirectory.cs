using System.Collections.Frozen;
using LlmGateway.Gateway.Settings;
using LlmGateway.Gateway.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LlmGateway.Gateway.Shadows;

/// <summary>This gateway's copy of every project's active shadows.</summary>
internal sealed class ShadowDirectory(IServiceScopeFactory scopes, ILogger<ShadowDirectory> logger)
    : SettingsDirectory(SettingsKinds.Shadows, scopes, logger)
{
    private volatile FrozenDictionary<string, ActiveShadow[]> _byProject = FrozenDictionary<string, ActiveShadow[]>.Empty;

    /// <summary>A project's; null where it has none.</summary>
    public IReadOnlyList<ActiveShadow>? Of(string projectId) => _byProject.GetValueOrDefault(projectId);

    protected override async Task LoadAsync(GatewayDbContext context, CancellationToken cancellationToken)
    {
        var rows = await context.Shadows.AsNoTracking().Where(shadow => shadow.Status == ShadowStatus.Active).ToListAsync(cancellationToken);
        _byProject = rows.GroupBy(row => row.ProjectId)
            .ToFrozenDictionary(group => group.Key, group => group.Select(row => new ActiveShadow(row)).ToArray(), StringComparer.Ordinal);
    }
}
