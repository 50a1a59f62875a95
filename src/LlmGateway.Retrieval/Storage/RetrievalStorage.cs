using LlmGateway.Retrieval.Search;
using LlmGateway.Service;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace LlmGateway.Retrieval.Storage;

/// <summary>Where stores and chunks are kept: <c>ConnectionStrings:retrieval</c>, by default a file in the data folder.</summary>
internal static class RetrievalStorage
{
    public static void AddRetrievalStorage(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        var connection = StoreConnection.Read(builder.Configuration, RetrievalService.ConnectionName);
        if (connection.IsPostgres)
        {
            services.AddDbContext<RetrievalDbContext, PostgresRetrievalDbContext>(
                options => options.UseNpgsql(connection.Value, server => server.UseVector()).LeaveFailuresToCallers());
            services.AddScoped<IChunkStore, PostgresChunkStore>();
            services.AddSingleton<VectorIndexing>();
            services.AddHostedService(provider => provider.GetRequiredService<VectorIndexing>());
        }
        else
        {
            services.AddDbContext<RetrievalDbContext, SqliteRetrievalDbContext>(options => options.UseSqlite(connection.Value).LeaveFailuresToCallers());
            services.AddScoped<IChunkStore, SqliteChunkStore>();
            services.AddSingleton<VectorCopies>();
        }

        // A process that connected before another one made pgvector's types learns of them here, and else never would.
        services.AddStoreMigration<RetrievalDbContext>(connection, (opened, cancellationToken) => ((NpgsqlConnection)opened).ReloadTypesAsync(cancellationToken));
    }
}
