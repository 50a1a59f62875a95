using LlmGateway.Retrieval.Adapters;
using Microsoft.Extensions.DependencyInjection;

namespace LlmGateway.Retrieval.Evaluations;

/// <summary>The parts that measure searches, and train adapters for them.</summary>
internal static class EvaluationRegistration
{
    public static void AddRetrievalEvaluations(this IServiceCollection services)
    {
        services.AddSingleton<UploadedLines>();
        services.AddScoped<EvaluationCreation>();
        services.AddScoped<EvaluationExecutor>();
        services.AddSingleton<EvaluationWorker>();
        services.AddHostedService(provider => provider.GetRequiredService<EvaluationWorker>());
        services.AddSingleton<AdapterMatrices>();
        services.AddScoped<AdapterLookup>();
        services.AddScoped<AdapterCreation>();
        services.AddScoped<PairEmbedding>();
        services.AddScoped<AdapterTrainer>();
        services.AddSingleton<AdapterWorker>();
        services.AddHostedService(provider => provider.GetRequiredService<AdapterWorker>());
        services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.TypeInfoResolverChain.Insert(0, EvaluationJsonContext.Default);
            json.SerializerOptions.TypeInfoResolverChain.Insert(0, AdapterJsonContext.Default);
        });
    }
}
