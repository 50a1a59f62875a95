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
        builder.Services.AddMigrationAtStart<GatewayDbContext>();
    }
}

/// <summary>Lets <c>dotnet ef migrations add</c> make a context.</summary>
internal sealed class SqliteGatewayDbContextFactory : Microsoft.EntityFrameworkCore.Design.IDesignTimeDbContextFactory<SqliteGatewayDbContext>
{
    public SqliteGatewayDbContext CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<SqliteGatewayDbContext>().UseSqlite("Data Source=design.db").Options);
}
