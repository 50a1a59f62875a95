using LlmGateway.Gateway.Limits.Counters;
using LlmGateway.Gateway.Storage;
using LlmGateway.Service;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LlmGateway.Gateway.Limits.Usage;

/// <summary>Writes totals to the database every second and tells them to the counters; removes those that nobody asks for any more.</summary>
internal sealed partial class UsageFlush(
    UsageTotals totals, MemoryCounters memory, IServiceScopeFactory scopes, TimeProvider time, ILogger<UsageFlush> logger, RedisCounters? redis = null)
    : BackgroundService
{
    private const int TotalsAtOnce = 200;
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan SweepPeriod = TimeSpan.FromHours(1);

    /// <summary>How long a window's totals are kept after its end.</summary>
    private static readonly TimeSpan Kept = TimeSpan.FromDays(400);

    /// <summary>What Redis was not told yet.</summary>
    private readonly Dictionary<(CounterKey Key, long WindowStart), long> _untold = [];

    private bool _away;

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await FlushAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var swept = DateTimeOffset.MinValue;
        using var timer = new PeriodicTimer(Period, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            await FlushAsync(stoppingToken);
            if (time.GetUtcNow() - swept >= SweepPeriod)
            {
                swept = time.GetUtcNow();
                await SweepAsync(stoppingToken);
            }
        }
    }

    private async Task FlushAsync(CancellationToken cancellationToken)
    {
        try
        {
            await totals.FlushAsync(cancellationToken);
            _away = false;
        }
        catch (Exception exception) when (StoreErrors.IsOfStore(exception))
        {
            if (!_away)
            {
                LogAway(exception.GetType().Name);
            }

            _away = true;
        }

        foreach (var total in totals.TakeWritten())
        {
            memory.Raise(total.Limit, total.Key, total.WindowStart, total.Used);
            _untold[(total.Key, total.WindowStart)] = total.Used;
        }

        await TellAsync();
    }

    private async Task TellAsync()
    {
        foreach (var project in _untold.GroupBy(static pair => pair.Key.Key.ProjectId).ToList())
        {
            foreach (var some in project.Chunk(TotalsAtOnce))
            {
                if (redis is null || await redis.RaiseAsync([.. some.Select(static pair => (pair.Key.Key, pair.Key.WindowStart, pair.Value))]))
                {
                    Array.ForEach(some, pair => _untold.Remove(pair.Key));
                }
            }
        }
    }

    private async Task SweepAsync(CancellationToken cancellationToken)
    {
        try
        {
            var before = (time.GetUtcNow() - Kept).ToUnixTimeSeconds();
            await using var scope = scopes.CreateAsyncScope();
            await scope.ServiceProvider.GetRequiredService<GatewayDbContext>().LimitUsages.Where(row => row.WindowEnd < before).ExecuteDeleteAsync(cancellationToken);
        }
        catch (Exception exception) when (StoreErrors.IsOfStore(exception))
        {
            // They are removed an hour later.
        }
    }

    [LoggerMessage(1270, LogLevel.Warning, "What was used of limits cannot be written to the database ({Reason}): it is kept until it can")]
    private partial void LogAway(string reason);
}
