using LlmGateway.Gateway.Settings;
using LlmGateway.Gateway.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LlmGateway.Gateway.Routes.Stored;

/// <summary>Puts the stored routes in force, here as on every gateway: they become part of the options.</summary>
internal sealed class StoredRouteDirectory(GatewaySettings settings, IServiceScopeFactory scopes, ILogger<StoredRouteDirectory> logger)
    : SettingsDirectory(SettingsKinds.Routes, scopes, logger)
{
    protected override async Task LoadAsync(GatewayDbContext context, CancellationToken cancellationToken)
    {
        var rows = await context.Routes.AsNoTracking().ToListAsync(cancellationToken);
        settings.Store(rows.ConvertAll(row => new NamedRoute(row.Name, RouteJson.Parse(row.Definition))));
    }
}
