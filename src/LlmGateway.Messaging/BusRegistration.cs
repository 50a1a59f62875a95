using LlmGateway.Messaging.Broker;
using LlmGateway.Service;
using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace LlmGateway.Messaging;

/// <summary>The one place that knows how messages travel.</summary>
public static class BusRegistration
{
    private static readonly TimeSpan ConsumerStopTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(15);

    /// <summary>Adds the process's bus. The services' consumers are added in <paramref name="configure"/>.</summary>
    /// <exception cref="InvalidOperationException">The configuration asks for RabbitMQ and does not say where it is.</exception>
    public static void AddLlmGatewayBus(this IHostApplicationBuilder builder, Action<IBusRegistrationConfigurator> configure)
    {
        var address = BusAddress.Find(builder.Configuration);
        builder.Services.AddSection<BusOptions>(BusOptions.Section);
        builder.Services.AddSeam("bus", address is null ? "in memory" : $"RabbitMQ at {address.Host}:{address.Port}");
        var options = builder.Configuration.GetSection(BusOptions.Section).Get<BusOptions>() ?? new BusOptions();
        builder.Services.Configure<MassTransitHostOptions>(host =>
        {
            // A consumer that waits for its store lets go in time; the broker gives the message to another one.
            host.ConsumerStopTimeout = ConsumerStopTimeout;
            host.StopTimeout = StopTimeout;
        });
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<BroadcastSender>();
        builder.Services.AddMassTransit(bus =>
        {
            bus.SetEndpointNameFormatter(new KebabCaseEndpointNameFormatter(includeNamespace: true));
            bus.AddConfigureEndpointsCallback((_, name, endpoint) => Configure(endpoint, name, options));

            // Tells nobody outside what we do.
            bus.DisableUsageTelemetry();

            // Work waits while the broker is away; nothing is wrong with the process, and it must go on getting requests.
            bus.ConfigureHealthCheckOptions(health => health.MinimalFailureStatus = HealthStatus.Degraded);
            configure(bus);
            if (address is null)
            {
                bus.UsingInMemory((context, memory) => memory.ConfigureEndpoints(context));
            }
            else
            {
                builder.Services.AddSingleton(services => ActivatorUtilities.CreateInstance<BrokerState>(services, address));
                builder.Services.AddStartCheck(services => new BrokerCheck(address, services.GetRequiredService<BrokerState>()));
                builder.Services.AddHostedService<BrokerWatch>();
                bus.UsingRabbitMq((context, rabbit) =>
                {
                    rabbit.Host(address, host => host.PublisherConfirmation = true);
                    rabbit.ConfigureEndpoints(context);
                });
            }
        });
    }

    private static void Configure(IReceiveEndpointConfigurator endpoint, string name, BusOptions options)
    {
        endpoint.PrefetchCount = options.Prefetch;
        endpoint.UseMessageRetry(retry =>
        {
            retry.Exponential(options.Retries, options.FirstPause, options.LongestPause, options.FirstPause);
            retry.Ignore<UnusableMessageException>();
        });
        if (endpoint is IRabbitMqReceiveEndpointConfigurator rabbit && !Broadcasts.IsBroadcast(name))
        {
            rabbit.SetQuorumQueue();
        }
    }
}
