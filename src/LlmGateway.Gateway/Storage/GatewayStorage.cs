using LlmGateway.Service;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace LlmGateway.Gateway.Storage;

/// <summary>Where keys and projects are kept: <c>ConnectionStrings:gateway</c>, by default a file in the data folder.</summary>
internal static class GatewayStorage
{
    public static void AddGatewayStorage(this IHostApplicationBuilder builder)
    {
        var path = Path.Combine(DataFolder.Get(builder.Configuration), "gateway.db");
        builder.Services.AddDbContext<GatewayDbContext, SqliteGatewayDbContext>(
            options => options.UseSqlite(builder.Configuration.GetConnectionString("gateway") ?? $"Data Source={path};Default Timeout=5"));
        builder.Services.AddHostedService(services => new GatewayMigration(services.GetRequiredService<IServiceScopeFactory>(), path));
    }
}

/// <summary>Brings the database up to date before the server takes requests.</summary>
internal sealed class GatewayMigration(IServiceScopeFactory scopes, string path) : IHostedLifecycleService
{
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        await SqliteMigration.MigrateAsync(scope.ServiceProvider.GetRequiredService<GatewayDbContext>(), path, cancellationToken);
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

/// <summary>Lets <c>dotnet ef migrations add</c> make a context.</summary>
internal sealed class SqliteGatewayDbContextFactory : Microsoft.EntityFrameworkCore.Design.IDesignTimeDbContextFactory<SqliteGatewayDbContext>
{
    public SqliteGatewayDbContext CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<SqliteGatewayDbContext>().UseSqlite("Data Source=design.db").Options);
}
