using LlmGateway.Gateway.Storage;
using LlmGateway.Messaging.Events;
using LlmGateway.Service;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LlmGateway.Gateway.Experiments;

/// <summary>
/// Publishes what became of experiments, by the rows of their audit trail: at once where it was written, and by any gateway where that
/// one could not. An event may come more than once, always with the same id.
/// </summary>
internal sealed partial class ExperimentAnnouncer(IServiceScopeFactory scopes, TimeProvider time, ILogger<ExperimentAnnouncer> logger) : BackgroundService
{
    private const int MaxTogether = 100;

    /// <summary>How long a publishing may take, and how soon another try follows.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim _woken = new(0, 1);

    /// <summary>There may be something to publish.</summary>
    public void Wake()
    {
        if (_woken.CurrentCount == 0)
        {
            try
            {
                _woken.Release();
            }
            catch (SemaphoreFullException)
            {
                // Another one woke it at the same time.
            }
        }
    }

    public override void Dispose()
    {
        _woken.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            using var timer = new CancellationTokenSource(Patience, time);
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, timer.Token);
            try
            {
                await _woken.WaitAsync(ended.Token);
            }
            catch (OperationCanceledException) when (!stoppingToken.IsCancellationRequested)
            {
                // Looks for what was left behind.
            }

            await TryPublishAsync(stoppingToken);
        }
    }

    private async Task TryPublishAsync(CancellationToken stoppingToken)
    {
        try
        {
            await PublishAsync(stoppingToken);
        }
        catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
        {
            LogPutOff(exception.GetType().Name);
        }
    }

    private async Task PublishAsync(CancellationToken stoppingToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var context = scope.ServiceProvider.GetRequiredService<GatewayDbContext>();
        var bus = scope.ServiceProvider.GetRequiredService<IBus>();
        var rows = await context.ExperimentEvents.AsNoTracking().Where(row => row.Announcement != null).OrderBy(row => row.Id).Take(MaxTogether).ToListAsync(stoppingToken);
        foreach (var row in rows)
        {
            using var patience = new CancellationTokenSource(Patience, time);
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, patience.Token);
            await bus.PublishEventAsync(row.ToPublic(), ended.Token);
            CrashPoint.Reach("gateway.experiment.announced");
            await context.ExperimentEvents.Where(told => told.Id == row.Id)
                .ExecuteUpdateAsync(update => update.SetProperty(told => told.Announcement, (string?)null), stoppingToken);
        }
    }

    [LoggerMessage(1310, LogLevel.Warning, "What became of experiments could not be published ({Reason}); it is tried again")]
    private partial void LogPutOff(string reason);
}
