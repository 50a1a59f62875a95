using LlmGateway.Service;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace LlmGateway.Datasets.Storage;

/// <summary>Brings the store to the current schema before the server takes requests.</summary>
internal sealed class DatasetsMigration(IServiceScopeFactory scopes) : IHostedLifecycleService
{
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var context = scope.ServiceProvider.GetRequiredService<DatasetsDbContext>();
        var path = Path.GetFullPath(new SqliteConnectionStringBuilder(context.Database.GetConnectionString()).DataSource);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await SqliteMigration.MigrateAsync(context, path, cancellationToken);
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
