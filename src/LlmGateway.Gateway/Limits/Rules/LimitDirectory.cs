using System.Collections.Frozen;
using LlmGateway.Gateway.Settings;
using LlmGateway.Gateway.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LlmGateway.Gateway.Limits.Rules;

/// <summary>This gateway's copy of all limits.</summary>
internal sealed class LimitDirectory(IServiceScopeFactory scopes, ILogger<LimitDirectory> logger)
    : SettingsDirectory(SettingsKinds.Limits, scopes, logger)
{
    private volatile Table _current = new([]);

    /// <summary>The limits that may be for a project's calls, the oldest first.</summary>
    public CompiledLimit[] Of(string projectId) => _current.Of(projectId);

    protected override async Task LoadAsync(GatewayDbContext context, CancellationToken cancellationToken)
    {
        var rows = await context.Limits.AsNoTracking().OrderBy(limit => limit.Id).ToListAsync(cancellationToken);
        _current = new Table(rows.ConvertAll(row => new CompiledLimit(row.Id, row.ProjectId, row.Read())));
    }

    private sealed class Table(List<CompiledLimit> limits)
    {
        private readonly CompiledLimit[] _everywhere = [.. limits.Where(limit => limit.ProjectId is null)];

        private readonly FrozenDictionary<string, CompiledLimit[]> _byProject = limits
            .Where(limit => limit.ProjectId is not null).Select(limit => limit.ProjectId!).Distinct()
            .ToFrozenDictionary(project => project, project => limits.Where(limit => limit.ProjectId is null || limit.ProjectId == project).ToArray(), StringComparer.Ordinal);

        public CompiledLimit[] Of(string projectId) => _byProject.GetValueOrDefault(projectId) ?? _everywhere;
    }
}
