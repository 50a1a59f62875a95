using System.Collections.Frozen;
using System.Text.Json;
using LlmGateway.Gateway.Settings;
using LlmGateway.Gateway.Storage;
using LlmGateway.Service;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LlmGateway.Gateway.Guardrails;

/// <summary>This gateway's copy of every project's guardrails, compiled.</summary>
internal sealed partial class GuardrailDirectory(GuardrailCompiler compiler, IServiceScopeFactory scopes, ILogger<GuardrailDirectory> logger)
    : SettingsDirectory(SettingsKinds.Guardrails, scopes, logger)
{
    private volatile FrozenDictionary<string, ProjectGuardrails> _projects = FrozenDictionary<string, ProjectGuardrails>.Empty;

    /// <summary>A project's guardrails; null when it has none.</summary>
    public ProjectGuardrails? Of(string projectId) => _projects.GetValueOrDefault(projectId);

    protected override async Task LoadAsync(GatewayDbContext context, CancellationToken cancellationToken)
    {
        var rows = await context.Guardrails.AsNoTracking().ToListAsync(cancellationToken);
        var compiled = new List<(string Project, CompiledGuardrail Guardrail)>(rows.Count);
        foreach (var row in rows)
        {
            compiled.Add((row.ProjectId, await CompileAsync(row, cancellationToken)));
        }

        _projects = compiled.GroupBy(entry => entry.Project, entry => entry.Guardrail).ToFrozenDictionary(
            group => group.Key,
            group => new ProjectGuardrails([.. group.OrderBy(guardrail => guardrail.Definition.Order).ThenBy(guardrail => guardrail.Name, StringComparer.Ordinal)]),
            StringComparer.Ordinal);
    }

    /// <summary>What did not change is not compiled again. A rule that a newer gateway wrote and this one does not know blocks: to pass it over would be worse.</summary>
    private async Task<CompiledGuardrail> CompileAsync(Guardrail row, CancellationToken cancellationToken)
    {
        if (Of(row.ProjectId)?.InOrder.FirstOrDefault(known => known.Name == row.Name && known.Source == row.Definition) is { } known)
        {
            return known;
        }

        var definition = JsonSerializer.Deserialize(row.Definition, GatewayJsonContext.Default.GuardrailDefinition)!;
        try
        {
            return await compiler.CompileAsync(row.Name, row.Definition, definition, cancellationToken);
        }
        catch (ApiException exception)
        {
            LogUnknown(row.Name, row.ProjectId, exception.Message);
            return GuardrailCompiler.Unknown(row.Name, row.Definition, definition);
        }
    }

    [LoggerMessage(1220, LogLevel.Error, "The guardrail {Name} of {Project} cannot be checked here ({Reason}): what it says for errors holds")]
    private partial void LogUnknown(string name, string project, string reason);
}
