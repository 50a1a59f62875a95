using System.Collections.Frozen;
using LlmGateway.Gateway.Settings;
using LlmGateway.Gateway.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LlmGateway.Gateway.Prompts;

/// <summary>This gateway's copy of every project's prompts, without their versions' contents.</summary>
internal sealed class PromptDirectory(IServiceScopeFactory scopes, ILogger<PromptDirectory> logger)
    : SettingsDirectory(SettingsKinds.Prompts, scopes, logger)
{
    private volatile PromptTable _current = new([]);

    public PromptTable Current => _current;

    protected override async Task LoadAsync(GatewayDbContext context, CancellationToken cancellationToken)
    {
        var prompts = await context.Prompts.AsNoTracking().Where(prompt => prompt.ArchivedAt == null)
            .Select(prompt => new { prompt.Id, prompt.ProjectId, prompt.Name, prompt.LatestVersion }).ToListAsync(cancellationToken);
        var labels = (await context.PromptLabels.AsNoTracking().ToListAsync(cancellationToken)).ToLookup(label => label.PromptId, StringComparer.Ordinal);
        _current = new PromptTable(prompts.Select(prompt => new PromptEntry(
            prompt.Id, prompt.ProjectId, prompt.Name, prompt.LatestVersion,
            labels[prompt.Id].ToFrozenDictionary(label => label.Name, label => label.Version, StringComparer.Ordinal))));
    }
}
