using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LlmGateway.Service;

/// <summary>Brings a service's database to the current schema before the server takes requests.</summary>
public abstract class StoreMigration : IHostedLifecycleService
{
    /// <summary>Migrates, waiting for a server that is not up yet.</summary>
    /// <exception cref="InvalidOperationException">The connection string leads to no database that can be used.</exception>
    public abstract Task MigrateAsync(CancellationToken cancellationToken);

    public Task StartingAsync(CancellationToken cancellationToken) => MigrateAsync(cancellationToken);

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

/// <inheritdoc/>
internal sealed partial class StoreMigration<TContext>(
    StoreConnection connection, IServiceScopeFactory scopes, TimeProvider time, ILogger<StoreMigration> logger) : StoreMigration
    where TContext : DbContext
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    public override async Task MigrateAsync(CancellationToken cancellationToken)
    {
        for (var isFirst = true; !await TryMigrateAsync(isFirst, cancellationToken); isFirst = false)
        {
            await Task.Delay(Pause, time, cancellationToken);
        }
    }

    private async Task<bool> TryMigrateAsync(bool isFirst, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var context = scope.ServiceProvider.GetRequiredService<TContext>();
        try
        {
            await (connection.IsPostgres
                ? PostgresMigration.MigrateAsync(context, cancellationToken)
                : SqliteMigration.MigrateAsync(context, cancellationToken));
            return true;
        }
        catch (DbException exception) when (connection.IsPostgres && exception.IsTransient)
        {
            if (isFirst)
            {
                LogWaiting(connection.Description, connection.Key, exception.InnerException?.Message ?? exception.Message);
            }

            return false;
        }
        catch (DbException exception) when (connection.IsPostgres)
        {
            throw new InvalidOperationException($"{connection.Key} leads to no database that can be used: {exception.Message}");
        }
    }

    [LoggerMessage(1011, LogLevel.Warning, "Waiting for {Store} ({Key}): {Reason}")]
    private partial void LogWaiting(string store, string key, string reason);
}

public static class StoreMigrationRegistration
{
    /// <summary>Migrates the store at the start, and names it among the process's seams.</summary>
    public static void AddStoreMigration<TContext>(this IServiceCollection services, StoreConnection connection)
        where TContext : DbContext
    {
        services.AddSeam($"{connection.Name} database", connection.Description);
        services.AddSingleton<StoreMigration>(provider => new StoreMigration<TContext>(
            connection,
            provider.GetRequiredService<IServiceScopeFactory>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<StoreMigration>>()));
        services.AddHostedService(provider => provider.GetServices<StoreMigration>().OfType<StoreMigration<TContext>>().Single());
    }
}
