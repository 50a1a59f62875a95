using LlmGateway.Contracts.Gateway;
using LlmGateway.Messaging;
using LlmGateway.Service;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace LlmGateway.Gateway.Spooling;

internal static class SpoolRegistration
{
    /// <summary>
    /// Adds the spool and its shipper. It ships to the process's own sink where Datasets registered one, else through the
    /// broker where there is one, else by the named client <c>datasets</c>, which is the caller's to configure.
    /// </summary>
    public static IHostApplicationBuilder AddSpool(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton(_ => SpoolSlot.Claim(DataFolder.Get(builder.Configuration)));
        builder.Services.AddSection<SpoolOptions>(SpoolOptions.Section)
            .PostConfigure<IServiceProvider>((options, services) => options.Path ??= services.GetRequiredService<SpoolSlot>().Path);
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<SpoolMetrics>();
        builder.Services.AddSingleton(services => new InferenceSpool(
            services.GetRequiredService<IOptions<SpoolOptions>>(),
            services.GetRequiredService<SpoolMetrics>(),
            services.GetRequiredService<TimeProvider>(),
            services.GetRequiredService<ILogger<InferenceSpool>>()));
        builder.Services.AddSingleton<OpenCalls>();
        builder.Services.AddSingleton<SpoolReader>();
        builder.Services.AddSingleton(services => services.GetRequiredService<InferenceSpool>().Store.Quarantine);
        builder.Services.AddSingleton<HttpInferenceSink>();
        if (BusAddress.Find(builder.Configuration) is not null)
        {
            builder.Services.AddSingleton<IInferenceSink, BusInferenceSink>();
        }

        builder.Services.AddSingleton(services => new LogArrival(
            services.GetRequiredService<InferenceSpool>(),
            services.GetRequiredService<TimeProvider>(),
            services.GetService<IInferenceSink>() is null or BusInferenceSink ? LogArrival.UsualDelay : TimeSpan.Zero));
        builder.Services.AddHostedService(services => new InferenceShipper(
            services.GetRequiredService<InferenceSpool>(),
            services.GetRequiredService<SpoolReader>(),
            services.GetRequiredService<Quarantine>(),
            services.GetService<IInferenceSink>() ?? services.GetRequiredService<HttpInferenceSink>(),
            services.GetRequiredService<SpoolMetrics>(),
            services.GetRequiredService<IOptions<SpoolOptions>>(),
            services.GetRequiredService<TimeProvider>(),
            services.GetRequiredService<ILogger<InferenceShipper>>()));
        return builder;
    }
}
