using MassTransit;
using Microsoft.Extensions.Hosting;

namespace LlmGateway.Messaging.Broker;

/// <summary>Looks every second whether the bus has its broker.</summary>
internal sealed class BrokerWatch(BrokerState state, IBusControl bus, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    /// <summary>A connection that is being made, at the start or after a moment's break, is not worth a word: 3 s.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        var lastWell = time.GetTimestamp();
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            var health = bus.CheckHealth();
            if (health.Status == BusHealthStatus.Healthy)
            {
                lastWell = time.GetTimestamp();
                state.Back();
            }
            else if (time.GetElapsedTime(lastWell) >= Patience)
            {
                state.Away(health.Exception?.GetBaseException().Message ?? health.Description);
            }
        }
    }
}
