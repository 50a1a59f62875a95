using LlmGateway.Messaging;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace LlmGateway.Gateway.Settings;

internal static class SettingsRegistration
{
    public static void AddSettings(this IServiceCollection services)
    {
        services.AddScoped<SettingsChange>();
        services.AddHostedService<SettingsWatch>();
    }

    public static void AddSettingsDirectory<TDirectory>(this IServiceCollection services)
        where TDirectory : SettingsDirectory
    {
        services.AddSingleton<TDirectory>();
        services.AddSingleton<SettingsDirectory>(provider => provider.GetRequiredService<TDirectory>());
    }

    public static void AddSettingsConsumers(this IBusRegistrationConfigurator bus) =>
        bus.AddBroadcastConsumer<SettingsChangedConsumer>(SettingsChangedConsumer.Endpoint);
}
