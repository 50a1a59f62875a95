using LlmGateway.Service;
using Microsoft.Extensions.DependencyInjection;

namespace LlmGateway.Gateway.Batches;

internal static class BatchRegistration
{
    public static void AddBatches(this IServiceCollection services)
    {
        services.AddHttpClient(BatchFiles.ClientName, BatchFiles.Configure).AddInternalToken(ServiceNames.Datasets);
        services.AddSingleton<BatchFiles>();
        services.AddSingleton<BatchInput>();
        services.AddSingleton<BatchSlots>();
        services.AddSingleton<BatchMetrics>();
        services.AddSingleton<ItemCall>();
        services.AddScoped<BatchIntake>();
        services.AddScoped<BatchValidation>();
        services.AddScoped<BatchExecution>();
        services.AddScoped<BatchOutput>();
        services.AddScoped<BatchRun>();
        services.AddSingleton<BatchWorker>();
        services.AddHostedService(provider => provider.GetRequiredService<BatchWorker>());
        services.ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, BatchJsonContext.Default));
    }
}
