using LlmGateway.FineTuning.Backends;
using LlmGateway.FineTuning.Evaluations;
using LlmGateway.FineTuning.Improvements;
using LlmGateway.FineTuning.Improvements.Steps;
using LlmGateway.FineTuning.Jobs;
using LlmGateway.FineTuning.OwnCalls;
using LlmGateway.FineTuning.Storage;
using LlmGateway.FineTuning.Training;
using LlmGateway.Service;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace LlmGateway.FineTuning;

/// <summary>The doors of the service that trains models.</summary>
public static class FineTuningService
{
    /// <summary>Name of the store's connection string, <c>ConnectionStrings:finetuning</c>.</summary>
    public const string ConnectionName = "finetuning";

    /// <summary>Registers the service. Without a connection string the store is <c>finetuning.db</c> in the data folder.</summary>
    public static void AddFineTuning(this IHostApplicationBuilder builder)
    {
        builder.AddServiceFoundation(ServiceNames.FineTuning);
        builder.AddFineTuningStorage();
        builder.Services.AddSingleton<IPostConfigureOptions<FineTuningOptions>, BackendDefaults>();
        builder.Services.AddSection<FineTuningOptions>(FineTuningOptions.Section)
            .Validate(options => options.Budgets.Values.All(usd => usd is >= 0 and <= 1_000_000), "FineTuning:Budgets must be from 0 to 1,000,000 USD.");
        builder.Services.AddSingleton<IValidateOptions<FineTuningOptions>, BackendOptionsCheck>();
        builder.Services.AddHttpClient(BackendDirectory.ClientName, client => client.Timeout = Timeout.InfiniteTimeSpan);
        builder.Services.AddHttpClient(TrainingData.ClientName);
        builder.Services.AddHttpClient(ModelRegistry.ClientName).AddInternalToken(ServiceNames.Gateway);
        builder.Services.AddSingleton<BackendDirectory>();
        builder.Services.AddHttpClient(SystemApi.ClientName);
        builder.Services.AddSingleton<SystemApi>();
        builder.Services.AddSingleton<TrainingData>();
        builder.Services.AddSingleton<ModelRegistry>();
        builder.Services.AddSingleton<EvalRuns>();
        builder.Services.AddSingleton<ModelEvaluation>();
        builder.Services.AddScoped<JobIntake>();
        builder.Services.AddScoped<JobControl>();
        builder.AddWorker();
    }

    /// <summary>Adds the service's consumers to the process's bus.</summary>
    public static void AddFineTuningConsumers(this IBusRegistrationConfigurator bus) =>
        bus.AddConsumer<JobQueueConsumer, JobQueueConsumerDefinition>();

    /// <summary>Maps the service's paths: <c>/v1/fine_tuning/jobs</c> and <c>/v1/improvements</c>.</summary>
    public static void MapFineTuning(this IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("").WithTags("Fine-tuning").RequireAuthorization(Policies.Data);
        api.MapJobs();
        api.MapImprovements();
    }

    private static void AddWorker(this IHostApplicationBuilder builder)
    {
        builder.Services.AddScoped<JobWriter>();
        builder.Services.AddScoped<JobRun>();
        builder.Services.AddScoped<JobBudget>();
        builder.Services.AddScoped<JobCost>();
        builder.Services.AddScoped<IJobStep, CheckStep>();
        builder.Services.AddScoped<IJobStep, UploadStep>();
        builder.Services.AddScoped<IJobStep, StartStep>();
        builder.Services.AddScoped<IJobStep, WatchStep>();
        builder.Services.AddScoped<IJobStep, RecordStep>();
        builder.Services.AddScoped<IJobStep, RegisterStep>();
        builder.Services.AddScoped<IJobStep, AnnounceStep>();
        builder.Services.AddScoped<IJobStep, CancelStep>();
        builder.Services.AddScoped<IJobStep, EvaluateStep>();
        builder.Services.AddScoped<ImprovementWriter>();
        builder.Services.AddScoped<ImprovementRun>();
        builder.Services.AddScoped<ImprovementControl>();
        builder.Services.AddScoped<IImprovementStep, SelectData>();
        builder.Services.AddScoped<IImprovementStep, TrainModel>();
        builder.Services.AddScoped<IImprovementStep, CompareModel>();
        builder.Services.AddScoped<IImprovementStep, CreditChanges>();
        builder.Services.AddScoped<IImprovementStep, CanaryModel>();
        builder.Services.AddScoped<IImprovementStep, EndMade>();
        builder.Services.AddSingleton<ImprovementWorker>();
        builder.Services.AddHostedService(services => services.GetRequiredService<ImprovementWorker>());
        builder.Services.AddSingleton<JobWorker>();
        builder.Services.AddHostedService(services => services.GetRequiredService<JobWorker>());
    }
}
