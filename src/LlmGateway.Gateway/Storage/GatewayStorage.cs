using LlmGateway.Service;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace LlmGateway.Gateway.Storage;

/// <summary>Where keys and projects are kept: <c>ConnectionStrings:gateway</c>, by default a file in the data folder.</summary>
internal static class GatewayStorage
{
    public const string ConnectionName = "gateway";

    public static void AddGatewayStorage(this IHostApplicationBuilder builder)
    {
        var connection = StoreConnection.Read(builder.Configuration, ConnectionName);
        if (connection.IsPostgres)
        {
            builder.Services.AddDbContext<GatewayDbContext, PostgresGatewayDbContext>(options => options.UseNpgsql(connection.Value, postgres => postgres.UseVector()).LeaveFailuresToCallers());
        }
        else
        {
            builder.Services.AddDbContext<GatewayDbContext, SqliteGatewayDbContext>(options => options.UseSqlite(connection.Value).LeaveFailuresToCallers());
        }

        // A process that connected before another one made pgvector's types learns of them here, and else never would.
        builder.Services.AddStoreMigration<GatewayDbContext>(connection, (opened, cancellationToken) => ((NpgsqlConnection)opened).ReloadTypesAsync(cancellationToken));
    }
}

/// <summary>Lets <c>dotnet ef migrations add --context SqliteGatewayDbContext</c> make a context.</summary>
internal sealed class SqliteGatewayDbContextFactory : IDesignTimeDbContextFactory<SqliteGatewayDbContext>
{
    public SqliteGatewayDbContext CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<SqliteGatewayDbContext>().UseSqlite("Data Source=design.db").Options);
}

/// <summary>The same for PostgreSQL, whose migrations are in a folder of their own.</summary>
internal sealed class PostgresGatewayDbContextFactory : IDesignTimeDbContextFactory<PostgresGatewayDbContext>
{
    public PostgresGatewayDbContext CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<PostgresGatewayDbContext>().UseNpgsql("Host=localhost", postgres => postgres.UseVector()).Options);
}
