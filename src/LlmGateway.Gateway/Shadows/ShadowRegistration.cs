using LlmGateway.Gateway.Settings;
using Microsoft.Extensions.DependencyInjection;

namespace LlmGateway.Gateway.Shadows;

internal static class ShadowRegistration
{
    public static void AddShadows(this IServiceCollection services)
    {
        services.AddSettingsDirectory<ShadowDirectory>();
        services.AddSingleton<ShadowQueue>();
        services.AddSingleton<ShadowMetrics>();
        services.AddScoped<ShadowAccounts>();
        services.AddScoped<ShadowRules>();
        services.AddHostedService<ShadowWorker>();
    }
}
