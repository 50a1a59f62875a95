using LlmGateway.Gateway.Storage;
using LlmGateway.Service;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace LlmGateway.Gateway.Settings;

/// <summary>Reads all settings before the first request, and every <see cref="Period"/> those that changed unheard.</summary>
internal sealed class SettingsWatch(IEnumerable<SettingsDirectory> directories, IServiceScopeFactory scopes, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(2);

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var directory in directories)
        {
            await directory.RenewAsync(cancellationToken);
        }

        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            var versions = await ReadVersionsAsync(stoppingToken);
            foreach (var directory in directories.Where(directory => versions.GetValueOrDefault(directory.Kind, -1) != directory.Version))
            {
                await directory.RenewAsync(stoppingToken);
            }
        }
    }

    /// <returns>Nothing while the database is away: each directory then looks for itself, and says so once.</returns>
    private async Task<Dictionary<string, long>> ReadVersionsAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var context = scope.ServiceProvider.GetRequiredService<GatewayDbContext>();
            return await context.SettingsVersions.ToDictionaryAsync(row => row.Kind, row => row.Version, cancellationToken);
        }
        catch (Exception exception) when (StoreErrors.IsOfStore(exception))
        {
            return [];
        }
    }
}
