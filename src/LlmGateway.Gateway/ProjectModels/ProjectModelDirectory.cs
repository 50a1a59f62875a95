using LlmGateway.Gateway.Settings;
using LlmGateway.Gateway.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LlmGateway.Gateway.ProjectModels;

/// <summary>This gateway's copy of every project's aliases and fine-tuned models.</summary>
internal sealed class ProjectModelDirectory(IServiceScopeFactory scopes, ILogger<ProjectModelDirectory> logger)
    : SettingsDirectory(SettingsKinds.Models, scopes, logger)
{
    private volatile ProjectModelTable _current = new([], []);

    public ProjectModelTable Current => _current;

    protected override async Task LoadAsync(GatewayDbContext context, CancellationToken cancellationToken) =>
        _current = new ProjectModelTable(
            await context.ModelAliases.AsNoTracking().ToListAsync(cancellationToken),
            await context.FineTunedModels.AsNoTracking().ToListAsync(cancellationToken));
}
