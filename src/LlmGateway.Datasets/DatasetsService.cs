using LlmGateway.Contracts.Gateway;
using LlmGateway.Datasets.Annotations;
using LlmGateway.Datasets.Catalog;
using LlmGateway.Datasets.Exposures;
using LlmGateway.Datasets.Feedback;
using LlmGateway.Datasets.Files;
using LlmGateway.Datasets.Inferences;
using LlmGateway.Datasets.Ingestion;
using LlmGateway.Datasets.Ledger;
using LlmGateway.Datasets.Retention;
using LlmGateway.Datasets.Storage;
using LlmGateway.Datasets.StoredCompletions;
using LlmGateway.Datasets.StoredResponses;
using LlmGateway.Datasets.TrainingChecks;
using LlmGateway.Datasets.Usage;
using LlmGateway.Datasets.Versions;
using LlmGateway.Datasets.Versions.Exports;
using LlmGateway.Datasets.Versions.FromInferences;
using LlmGateway.Datasets.Versions.Leakage;
using LlmGateway.Datasets.Versions.Sources;
using LlmGateway.Datasets.Versions.Uses;
using LlmGateway.Service;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace LlmGateway.Datasets;

/// <summary>The doors of the service that owns what was logged.</summary>
public static class DatasetsService
{
    /// <summary>Name of the store's connection string, <c>ConnectionStrings:datasets</c>.</summary>
    public const string ConnectionName = "datasets";

    /// <summary>Registers the service. Without a connection string the store is <c>datasets.db</c> in the data folder.</summary>
    public static void AddDatasets(this IHostApplicationBuilder builder)
    {
        builder.AddServiceFoundation(ServiceNames.Datasets);
        builder.AddDatasetsStorage();
        builder.AddRetention();
        builder.Services.AddTransient<FileUpload>();
        builder.Services.AddScoped<FeedbackMetrics>();
        builder.Services.AddScoped<FeedbackIntake>();
        builder.Services.AddSingleton<DatasetsAnnouncer>();
        builder.Services.AddScoped<CallSources>();
        builder.Services.AddScoped<VersionSources>();
        builder.Services.AddScoped<DryRun>();
        builder.Services.AddScoped<VersionMaking>();
        builder.Services.AddScoped<VersionBuilder>();
        builder.Services.AddSection<TrainingOptions>(TrainingOptions.Section).Validate(
            options => options.TrainingPrices.Values.All(price => price is >= 0 and <= TrainingOptions.MaxPrice),
            $"Datasets:TrainingPrices must be from 0 to {TrainingOptions.MaxPrice} USD for 1,000,000 tokens.");
        builder.Services.AddSingleton<TrainingPrices>();
        builder.Services.AddScoped<ExampleReader>();
        builder.Services.AddScoped<TrainingCheck>();
        builder.Services.AddAnnotations();
        builder.Services.AddSingleton<IngestionMetrics>();
        builder.Services.AddSingleton<BatchIntake>();
        // A gateway in the same process ships straight to the store: over HTTP a batch costs as much again as its insert.
        builder.Services.AddSingleton<IInferenceSink>(services => services.GetRequiredService<BatchIntake>());
    }

    /// <summary>Adds the service's consumers to the process's bus.</summary>
    public static void AddDatasetsConsumers(this IBusRegistrationConfigurator bus)
    {
        bus.AddConsumer<InferenceBatchConsumer, InferenceBatchConsumerDefinition>();
        bus.AddConsumer<FeedbackConsumer, FeedbackConsumerDefinition>();
    }

    /// <summary>Maps the service's paths: <c>/v1/chat/completions</c> and <c>/v1/responses</c> (stored), <c>/v1/inferences</c>, <c>/v1/usage</c>, <c>/v1/ledger</c>, <c>/v1/files</c>,
    /// <c>/v1/feedback</c>, <c>/v1/datasets</c>, <c>/v1/annotation_queues</c>, <c>/internal/inferences</c>, <c>/internal/responses</c>, <c>/internal/dataset_uses</c>, <c>/internal/training_checks</c>, <c>/internal/exposures</c>.</summary>
    public static void MapDatasets(this IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("").WithTags("Datasets").RequireAuthorization(Policies.Data).AddEndpointFilter<StoreFaults>();
        api.MapStoredCompletions();
        api.MapStoredResponses();
        api.MapInferences();
        api.MapUsage();
        api.MapLedger();
        api.MapFiles();
        api.MapFeedback();
        api.MapDatasetCatalog();
        api.MapDatasetVersions();
        api.MapDatasetDrops();
        api.MapDatasetLeakage();
        api.MapAnnotations();

        var own = routes.MapGroup("").RequireAuthorization(Policies.Internal).AddEndpointFilter<StoreFaults>();
        own.MapIngestion();
        own.MapEarlierTurns();
        own.MapDatasetUses();
        own.MapTrainingChecks();
        own.MapExposures();
    }
}
