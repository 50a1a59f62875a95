using LlmGateway.Datasets.Files;
using LlmGateway.Datasets.Ingestion;
using LlmGateway.Datasets.Storage.Partitions;
using LlmGateway.Datasets.Versions;
using LlmGateway.Service;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace LlmGateway.Datasets.Storage;

/// <summary>Where the log, the files and the datasets are kept: <c>ConnectionStrings:datasets</c>, by default a file in the data folder.</summary>
internal static class DatasetsStorage
{
    public static void AddDatasetsStorage(this IHostApplicationBuilder builder)
    {
        var connection = StoreConnection.Read(builder.Configuration, DatasetsService.ConnectionName);
        builder.Services.AddSection<PartitionOptions>(PartitionOptions.Section);
        if (connection.IsPostgres)
        {
            // Read when it is needed first: what is wrong with it is then told by the migration, with its key.
            var server = new Lazy<string>(() => WithoutCompiler(connection.Value));
            builder.Services.AddDbContext<DatasetsDbContext, PostgresDatasetsDbContext>(options => options.UseNpgsql(server.Value).LeaveFailuresToCallers());
            builder.Services.AddSingleton(_ => NpgsqlDataSource.Create(server.Value));
            builder.Services.AddSingleton<IInferenceWriter, PostgresInferenceWriter>();
            builder.Services.AddSingleton<IVersionWriter, PostgresVersionWriter>();
            builder.Services.AddSingleton<IFileStore, PostgresFileStore>();
            builder.Services.AddSingleton<PostgresPartitions>();
        }
        else
        {
            builder.Services.AddSingleton<SqliteConnectionSettings>();
            builder.Services.AddDbContext<DatasetsDbContext, SqliteDatasetsDbContext>((services, options) => options
                .UseSqlite(connection.Value)
                .LeaveFailuresToCallers()
                .AddInterceptors(services.GetRequiredService<SqliteConnectionSettings>()));
            builder.Services.AddSingleton<IInferenceWriter>(_ => new SqliteInferenceWriter(connection.Value));
            builder.Services.AddSingleton<IVersionWriter>(_ => new SqliteVersionWriter(connection.Value));
            builder.Services.AddSingleton<IFileStore, DiskFileStore>();
        }

        builder.Services.AddStoreMigration<DatasetsDbContext>(connection);
    }

    /// <summary>
    /// PostgreSQL guesses high for a list over many partitions and would compile it for most of a second, to run for some
    /// milliseconds.
    /// </summary>
    private static string WithoutCompiler(string connection)
    {
        var parts = new NpgsqlConnectionStringBuilder(connection);
        parts.Options = $"-c jit=off {parts.Options}".TrimEnd();
        return parts.ConnectionString;
    }
}
