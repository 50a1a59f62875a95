using LlmGateway.Evaluation.Attributions;
using LlmGateway.Evaluation.Calibrations;
using LlmGateway.Evaluation.Comparisons;
using LlmGateway.Evaluation.Evals;
using LlmGateway.Evaluation.Experiments;
using LlmGateway.Evaluation.Gates;
using LlmGateway.Evaluation.Graders;
using LlmGateway.Evaluation.Insights;
using LlmGateway.Evaluation.Models;
using LlmGateway.Evaluation.Online;
using LlmGateway.Evaluation.Runs;
using LlmGateway.Evaluation.Runs.Batches;
using LlmGateway.Evaluation.Sampling.Blocks;
using LlmGateway.Evaluation.SavedItems;
using LlmGateway.Evaluation.Sources;
using LlmGateway.Evaluation.Storage;
using LlmGateway.Messaging;
using LlmGateway.Service;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace LlmGateway.Evaluation;

/// <summary>The doors of the service that owns evals: what is tried, how it is graded, and what a change was worth.</summary>
public static class EvaluationService
{
    /// <summary>Name of the store's connection string, <c>ConnectionStrings:evaluation</c>.</summary>
    public const string ConnectionName = "evaluation";

    /// <summary>16 MB: what a model or judge may say.</summary>
    private const int MaxAnswerBytes = 16 << 20;

    /// <summary>
    /// Registers the service and its worker. Without a connection string the store is <c>evaluation.db</c> in the data folder.
    /// </summary>
    public static void AddEvaluation(this IHostApplicationBuilder builder)
    {
        builder.AddServiceFoundation(ServiceNames.Evaluation);
        builder.AddEvaluationStorage();
        var services = builder.Services;
        services.AddSection<EvaluationOptions>(EvaluationOptions.Section)
            .Validate(options => options.Leases.Heartbeat * 2 < options.Leases.Duration, "Evaluation:Leases:Heartbeat must be less than half of Evaluation:Leases:Duration.");
        services.AddHttpClient(GatewayModels.ClientName, (provider, client) =>
        {
            client.BaseAddress = new Uri("http://gateway");
            client.MaxResponseContentBufferSize = MaxAnswerBytes;
            client.Timeout = provider.GetRequiredService<IOptions<EvaluationOptions>>().Value.CallTimeout;
        }).AddInternalToken(ServiceNames.Gateway);
        services.AddHttpClient(DatasetsClient.ClientName, client => client.BaseAddress = new Uri("http://datasets"))
            .AddInternalToken(ServiceNames.Datasets);
        services.AddSingleton<GatewayModels>();
        services.AddSingleton<DatasetsClient>();
        services.AddSingleton<RunVersions>();
        services.AddSingleton<GraderCatalog>();
        services.AddSingleton<EvalDefinitions>();
        services.AddSingleton<IndexedDatasets>();
        services.AddSingleton<SamplerFactory>();
        services.AddSingleton<RunAnnouncer>();
        services.AddScoped<RunCreation>();
        services.AddScoped<RunLoader>();
        services.AddScoped<RunStart>();
        services.AddScoped<RunEnding>();
        services.AddScoped<RunDeletion>();
        services.AddScoped<RunRetry>();
        services.AddScoped<BatchExecutor>();
        services.AddSingleton<PreparedRuns>();
        services.AddSingleton<GradingSlots>();
        services.AddSingleton<SamplingHistory>();
        services.AddScoped<ComparisonCreation>();
        services.AddScoped<GateCreation>();
        services.AddScoped<JudgeCheck>();
        services.AddScoped<CalibrationCreation>();
        services.AddScoped<InsightCreation>();
        services.AddScoped<InsightExecutor>();
        services.AddScoped<TargetChoice>();
        services.AddScoped<ProbeRuns>();
        services.AddScoped<EvidenceReader>();
        services.AddSingleton<InsightWorker>();
        services.AddHostedService(provider => provider.GetRequiredService<InsightWorker>());
        services.AddScoped<ItemSaving>();
        services.AddOnlineGrading();
        services.AddExperiments();
        services.AddSingleton<RunWorker>();
        services.AddHostedService(provider => provider.GetRequiredService<RunWorker>());
        services.AddScoped<AttributionCreation>();
        services.AddScoped<AttributionRuns>();
        services.AddScoped<AttributionScores>();
        services.AddScoped<AttributionExecutor>();
        services.AddSingleton<AttributionWorker>();
        services.AddHostedService(provider => provider.GetRequiredService<AttributionWorker>());
        services.AddSingleton<BatchWorker>();
        services.AddHostedService(provider => provider.GetRequiredService<BatchWorker>());
        services.AddSingleton<RunEndAnnouncer>();
        services.AddHostedService(provider => provider.GetRequiredService<RunEndAnnouncer>());
    }

    /// <summary>Adds the service's consumers to the process's bus.</summary>
    public static void AddEvaluationConsumers(this IBusRegistrationConfigurator bus)
    {
        bus.AddConsumer<StartRunConsumer, StartRunConsumerDefinition>();
        bus.AddBroadcastConsumer<BatchesReadyConsumer>(BatchesReadyConsumer.Endpoint);
    }

    /// <summary>Maps the service's paths, which begin with <c>/v1/evals</c>, those that try graders, and the results of experiments.</summary>
    public static void MapEvaluation(this IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("").WithTags("Evals").RequireAuthorization(Policies.Data);
        api.MapEvals();
        api.MapRuns();
        api.MapModelRuns();
        api.MapOutputItems();
        api.MapComparisons();
        api.MapGates();
        api.MapInsights();
        api.MapInsightItems();
        api.MapOnlineRules();
        api.MapSavedItems();
        api.MapCalibrations();
        api.MapAttributions();
        api.MapGraders();
        routes.MapGroup("").WithTags("Experiments").RequireAuthorization(Policies.Data).MapExperimentResults();
    }
}
