using System.Collections.Frozen;
using LlmGateway.Gateway.Settings;
using LlmGateway.Gateway.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LlmGateway.Gateway.Experiments;

/// <summary>This gateway's copy of what every project's experiments do to its calls.</summary>
internal sealed class ExperimentDirectory(IServiceScopeFactory scopes, ILogger<ExperimentDirectory> logger)
    : SettingsDirectory(SettingsKinds.Experiments, scopes, logger)
{
    private volatile FrozenDictionary<string, ProjectExperiments> _byProject = FrozenDictionary<string, ProjectExperiments>.Empty;

    /// <summary>A project's; null where it has none.</summary>
    public ProjectExperiments? Of(string projectId) => _byProject.GetValueOrDefault(projectId);

    protected override async Task LoadAsync(GatewayDbContext context, CancellationToken cancellationToken)
    {
        var rows = await context.Experiments.AsNoTracking().OrderBy(row => row.CreatedAt).ThenBy(row => row.Id).ToListAsync(cancellationToken);
        _byProject = rows.GroupBy(row => row.ProjectId)
            .ToFrozenDictionary(group => group.Key, group => new ProjectExperiments([.. group]), StringComparer.Ordinal);
    }
}
