using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace LlmGateway.Service;

/// <summary>Brings a service's database to the current schema before the server takes requests.</summary>
/// <typeparam name="TContext">The service's context; the registered one is derived for the database and holds its migrations.</typeparam>
internal sealed class DatabaseMigration<TContext>(IServiceScopeFactory scopes) : IHostedLifecycleService
    where TContext : DbContext
{
    private const string SqliteProvider = "Microsoft.EntityFrameworkCore.Sqlite";

    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var context = scope.ServiceProvider.GetRequiredService<TContext>();
        if (context.Database.ProviderName == SqliteProvider)
        {
            await SqliteMigration.MigrateAsync(context, cancellationToken);
        }
        else
        {
            // A server's own lock ends with the session that holds it.
            await context.Database.MigrateAsync(cancellationToken);
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

/// <summary>Registers migrations at start.</summary>
public static class DatabaseMigrationRegistration
{
    /// <summary>Has <typeparamref name="TContext"/>'s database migrated before the server takes requests.</summary>
    public static void AddMigrationAtStart<TContext>(this IServiceCollection services)
        where TContext : DbContext => services.AddHostedService<DatabaseMigration<TContext>>();
}
