using System.Threading.Channels;
using LlmGateway.Gateway.Limits.Counters;
using LlmGateway.Gateway.Limits.Usage;
using Microsoft.Extensions.Hosting;

namespace LlmGateway.Gateway.Limits;

/// <summary>
/// Settles ended calls in Redis, behind the requests' backs, and then in the database: the other way round a total of the database could
/// be told to Redis that holds what Redis is still to add. What Redis does not take runs out with its lease.
/// </summary>
internal sealed class SettleQueue(RedisCounters redis, UsageTotals totals, LimitMetrics metrics) : BackgroundService
{
    private const int MaxWaiting = 50_000;

    /// <summary>Commands under way at the same time; they share a connection and need not wait for one another.</summary>
    private const int Workers = 16;

    private readonly Channel<CallLimits> _ended = Channel.CreateBounded<CallLimits>(MaxWaiting);

    /// <summary>Takes a call; never waits.</summary>
    public void Offer(CallLimits call)
    {
        if (!_ended.Writer.TryWrite(call))
        {
            Lose(call);
        }
    }

    /// <summary>What waits still goes to the database.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        while (_ended.Reader.TryRead(out var call))
        {
            Lose(call);
        }
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(Enumerable.Range(0, Workers).Select(_ => SettleAsync(stoppingToken)));

    private async Task SettleAsync(CancellationToken stoppingToken)
    {
        await foreach (var call in _ended.Reader.ReadAllAsync(stoppingToken))
        {
            // What was not answered may have arrived, and then the second time says so.
            if (await redis.SettleAsync(call, waits: false) || await redis.SettleAsync(call, waits: false))
            {
                totals.Add(call);
            }
            else
            {
                Lose(call);
            }
        }
    }

    private void Lose(CallLimits call)
    {
        totals.Add(call);
        metrics.CountLost();
    }
}
