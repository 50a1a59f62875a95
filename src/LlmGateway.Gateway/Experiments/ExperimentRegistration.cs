using LlmGateway.Gateway.Settings;
using Microsoft.Extensions.DependencyInjection;

namespace LlmGateway.Gateway.Experiments;

internal static class ExperimentRegistration
{
    public static void AddExperiments(this IServiceCollection services)
    {
        services.AddSettingsDirectory<ExperimentDirectory>();
        services.AddSingleton<ExperimentMetrics>();
        services.AddSingleton<ExperimentAnnouncer>();
        services.AddHostedService(provider => provider.GetRequiredService<ExperimentAnnouncer>());
        services.AddScoped<ExperimentRules>();
        services.AddScoped<ExperimentChanges>();
    }
}
