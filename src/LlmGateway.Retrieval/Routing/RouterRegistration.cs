using LlmGateway.Service;
using Microsoft.Extensions.DependencyInjection;

namespace LlmGateway.Retrieval.Routing;

internal static class RouterRegistration
{
    public static void AddRetrievalRouters(this IServiceCollection services)
    {
        services.AddSection<RouterOptions>(RouterOptions.Section);
        services.AddSingleton<TrainingTurn>();
        services.AddSingleton<ModelRouting>();
        services.AddSingleton<RouterClassifiers>();
        services.AddScoped<RouterCreation>();
        services.AddScoped<QueryRouting>();
        services.ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, RouterJsonContext.Default));
    }
}
