using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LlmGateway.Service;

/// <summary>Brings a service's database to the current schema before the server takes requests.</summary>
public abstract class StoreMigration : IStartCheck
{
    /// <summary>Migrates, waiting for a server that is not up yet.</summary>
    /// <exception cref="InvalidOperationException">The connection string is none, or leads to no database that can be used.</exception>
    public abstract Task RunAsync(CancellationToken cancellationToken);
}

/// <inheritdoc/>
internal sealed partial class StoreMigration<TContext>(
    StoreConnection connection, Func<DbConnection, CancellationToken, Task>? migrated, IServiceScopeFactory scopes, TimeProvider time, ILogger<StoreMigration> logger)
    : StoreMigration
    where TContext : DbContext
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    public override async Task RunAsync(CancellationToken cancellationToken)
    {
        for (var isFirst = true; !await TryMigrateAsync(isFirst, cancellationToken); isFirst = false)
        {
            await Task.Delay(Pause, time, cancellationToken);
        }
    }

    private async Task<bool> TryMigrateAsync(bool isFirst, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        try
        {
            var context = scope.ServiceProvider.GetRequiredService<TContext>();
            await (connection.IsPostgres
                ? PostgresMigration.MigrateAsync(context, migrated, cancellationToken)
                : SqliteMigration.MigrateAsync(context, cancellationToken));
            return true;
        }
        catch (Exception exception) when (connection.IsPostgres && StoreErrors.IsAway(exception))
        {
            if (isFirst)
            {
                LogWaiting(connection.Description, connection.Key, exception.GetBaseException().Message);
            }

            return false;
        }
        catch (Exception exception) when (StoreErrors.IsOfStore(exception) || exception is IOException or UnauthorizedAccessException)
        {
            throw new InvalidOperationException($"{connection.Key} leads to no database that can be used: {exception.GetBaseException().Message}");
        }
        catch (ArgumentException exception)
        {
            throw new InvalidOperationException($"{connection.Key} is not a connection string: {exception.Message}");
        }
    }

    [LoggerMessage(1011, LogLevel.Warning, "Waiting for {Store} ({Key}): {Reason}")]
    private partial void LogWaiting(string store, string key, string reason);
}

public static class StoreMigrationRegistration
{
    /// <summary>Migrates the store at the start, and names it among the process's seams.</summary>
    /// <param name="services">Where it is added.</param>
    /// <param name="connection">The store.</param>
    /// <param name="migrated">What follows in PostgreSQL, on an open connection, whichever process has migrated it; by default nothing.</param>
    public static void AddStoreMigration<TContext>(
        this IServiceCollection services, StoreConnection connection, Func<DbConnection, CancellationToken, Task>? migrated = null)
        where TContext : DbContext
    {
        services.AddSeam($"{connection.Name} database", connection.Description);
        services.AddStartCheck(provider => new StoreMigration<TContext>(
            connection,
            migrated,
            provider.GetRequiredService<IServiceScopeFactory>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<StoreMigration>>()));
    }
}
