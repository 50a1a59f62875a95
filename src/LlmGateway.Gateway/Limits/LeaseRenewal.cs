using LlmGateway.Gateway.Limits.Counters;
using Microsoft.Extensions.Hosting;

namespace LlmGateway.Gateway.Limits;

/// <summary>Renews three times a lease what is set aside for calls under way.</summary>
internal sealed class LeaseRenewal(Limiter limiter, RedisCounters redis, GatewaySettings settings, TimeProvider time) : BackgroundService
{
    private const int CallsAtOnce = 100;
    private const int TimesPerLease = 3;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(settings.Current.Limits.Lease / TimesPerLease, time, stoppingToken);
            foreach (var project in limiter.UnderWay.GroupBy(static call => call.ProjectId))
            {
                foreach (var calls in project.Chunk(CallsAtOnce))
                {
                    await redis.RenewAsync(calls);
                }
            }
        }
    }
}
