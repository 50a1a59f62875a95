using LlmGateway.Gateway.Storage;
using LlmGateway.Service;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LlmGateway.Gateway.Background;

/// <summary>Gives up responses whose time is over, forgets those that were kept long enough, and tells how many wait.</summary>
internal sealed partial class BackgroundUpkeep(
    IServiceScopeFactory scopes, BackgroundMetrics metrics, GatewaySettings settings, TimeProvider time, ILogger<BackgroundUpkeep> logger) : BackgroundService
{
    private const int MostAtOnce = 500;
    private bool _away;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(settings.Current.Background.Leases.Sweep, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            await TryAsync(stoppingToken);
        }
    }

    private async Task TryAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var store = scope.ServiceProvider.GetRequiredService<GatewayDbContext>();
            await ExpireAsync(store, cancellationToken);
            await ForgetAsync(store, cancellationToken);
            await CountAsync(store, cancellationToken);
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
    }

    private async Task ExpireAsync(GatewayDbContext store, CancellationToken cancellationToken)
    {
        var now = time.NowMicros();
        var age = settings.Current.Background.MaxAge;
        var expired = await store.BackgroundResponses.Where(row => BackgroundStatus.Open.Contains(row.Status) && row.ExpiresAt <= now).ExecuteUpdateAsync(
            set => set.SetProperty(row => row.Status, BackgroundStatus.Failed)
                .SetProperty(row => row.EndedAt, now)
                .SetProperty(row => row.ErrorCode, "response_expired")
                .SetProperty(row => row.ErrorMessage, $"The response had no answer within {age} (Gateway:Background:MaxAge)."),
            cancellationToken);
        if (expired > 0)
        {
            metrics.EndExpired(expired);
            await store.BackgroundBodies
                .Where(body => body.Request != null && store.BackgroundResponses.Any(row => row.Id == body.ResponseId && row.EndedAt != null))
                .ForgetRequestAsync(null, cancellationToken);
        }
    }

    private async Task ForgetAsync(GatewayDbContext store, CancellationToken cancellationToken)
    {
        var before = UnixMicros.Of(time.GetUtcNow() - settings.Current.Background.KeepFor);
        var old = await store.BackgroundResponses.Where(row => row.EndedAt < before).OrderBy(row => row.EndedAt).Select(row => row.Id).Take(MostAtOnce).ToListAsync(cancellationToken);
        if (old.Count > 0)
        {
            await store.BackgroundResponses.Where(row => old.Contains(row.Id)).ExecuteDeleteAsync(cancellationToken);
        }
    }

    private async Task CountAsync(GatewayDbContext store, CancellationToken cancellationToken)
    {
        var open = store.BackgroundResponses.Where(row => BackgroundStatus.Open.Contains(row.Status));
        var queued = await open.CountAsync(row => row.Status == BackgroundStatus.Queued, cancellationToken);
        var oldest = await open.MinAsync(row => (long?)row.CreatedAt, cancellationToken);
        metrics.Observe(queued, oldest is { } since ? time.GetUtcNow() - UnixMicros.ToTime(since) : TimeSpan.Zero);
    }

    [LoggerMessage(1291, LogLevel.Warning, "Responses in the background cannot be looked after while the store is away ({Reason})")]
    private partial void LogAway(string reason);
}
