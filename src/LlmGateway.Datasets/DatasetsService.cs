using LlmGateway.Contracts.Gateway;
using LlmGateway.Datasets.Inferences;
using LlmGateway.Datasets.Ingestion;
using LlmGateway.Datasets.Storage;
using LlmGateway.Datasets.StoredCompletions;
using LlmGateway.Datasets.Usage;
using LlmGateway.Service;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace LlmGateway.Datasets;

/// <summary>The doors of the service that owns what was logged.</summary>
public static class DatasetsService
{
    /// <summary>Name of the store's connection string, <c>ConnectionStrings:datasets</c>.</summary>
    public const string ConnectionName = "datasets";

    /// <summary>
    /// Registers the service. Without a connection string the store is <c>datasets.db</c> in the data folder. The host adds
    /// the foundation that services share (<see cref="ServiceRegistration.AddServiceFoundation"/>).
    /// </summary>
    public static void AddDatasets(this IHostApplicationBuilder builder)
    {
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(services => new InferenceWriter(ConnectionString(services.GetRequiredService<IConfiguration>())));
        builder.Services.AddSingleton<IngestionMetrics>();
        builder.Services.AddSingleton<BatchIntake>();
        // A gateway in the same process ships straight to the store: over HTTP a batch costs as much again as its insert.
        builder.Services.AddSingleton<IInferenceSink>(services => services.GetRequiredService<BatchIntake>());
        builder.Services.AddSingleton<SqliteConnectionSettings>();
        builder.Services.AddMigrationAtStart<DatasetsDbContext>();
        builder.Services.AddDbContext<DatasetsDbContext, SqliteDatasetsDbContext>((services, options) => options
            .UseSqlite(ConnectionString(services.GetRequiredService<IConfiguration>()))
            .AddInterceptors(services.GetRequiredService<SqliteConnectionSettings>()));
    }

    /// <summary>Maps the service's paths: <c>/v1/chat/completions</c> (stored), <c>/v1/inferences</c>, <c>/v1/usage</c>, <c>/internal/inferences</c>.</summary>
    public static void MapDatasets(this IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("").WithTags("Datasets").RequireAuthorization(Policies.Data).AddEndpointFilter<StoreFaults>();
        api.MapStoredCompletions();
        api.MapInferences();
        api.MapUsage();

        routes.MapGroup("").RequireAuthorization(Policies.Internal).AddEndpointFilter<StoreFaults>().MapIngestion();
    }

    private static string ConnectionString(IConfiguration configuration) =>
        configuration.GetConnectionString(ConnectionName) is { Length: > 0 } configured
            ? configured
            : new SqliteConnectionStringBuilder
            {
                DataSource = Path.Combine(DataFolder.Get(configuration), "datasets.db"),
                DefaultTimeout = 5,
            }.ConnectionString;
}
