using LlmGateway.Datasets.Files;
using LlmGateway.Datasets.Storage.Partitions;
using LlmGateway.Datasets.Versions;
using LlmGateway.Service;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace LlmGateway.Datasets.Retention;

/// <summary>Looks after the store at the start and every hour: makes partitions before they are needed, and deletes what is over or was left behind.</summary>
/// <param name="scopes">Gives the store.</param>
/// <param name="options">What is over when.</param>
/// <param name="clock">The time.</param>
/// <param name="logger">Hears of what was put off.</param>
/// <param name="partitions">Null where the store has none.</param>
internal sealed partial class LogUpkeep(
    IServiceScopeFactory scopes,
    IOptions<RetentionOptions> options,
    TimeProvider clock,
    ILogger<LogUpkeep> logger,
    PostgresPartitions? partitions = null) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromMinutes(1);

    /// <summary>Makes the first partitions before anything is stored, which else would have to move.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await TryAsync(MakePartitionsAsync, cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var pause = await TryAsync(RunOnceAsync, stoppingToken) ? Interval : PauseAfterFailure;
            await Task.Delay(pause, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    internal async Task RunOnceAsync(CancellationToken cancellationToken)
    {
        await MakePartitionsAsync(cancellationToken);
        await using var scope = scopes.CreateAsyncScope();
        var retention = scope.ServiceProvider.GetRequiredService<InferenceRetention>();
        if (options.Value.RowDays is { } rowDays)
        {
            await retention.DeleteRowsAsync(LowestIdAfter(rowDays), cancellationToken);
        }

        if (options.Value.BodyDays is { } bodyDays)
        {
            await retention.DeleteBodiesAsync(LowestIdAfter(bodyDays), cancellationToken);
        }

        await scope.ServiceProvider.GetRequiredService<FileSweep>().RunAsync(cancellationToken);
        await scope.ServiceProvider.GetRequiredService<VersionSweep>().RunAsync(cancellationToken);
    }

    /// <summary>False while the store is away or busy, or a long query holds a partition: until the next time nothing is lost by it.</summary>
    private async Task<bool> TryAsync(Func<CancellationToken, Task> work, CancellationToken cancellationToken)
    {
        try
        {
            await work(cancellationToken);
            return true;
        }
        catch (Exception exception) when (StoreErrors.IsOfStore(exception) || exception is IOException)
        {
            LogPutOff(exception.Message);
            return false;
        }
    }

    private async Task MakePartitionsAsync(CancellationToken cancellationToken)
    {
        if (partitions is not null)
        {
            await partitions.MakeAheadAsync(DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime), cancellationToken);
        }
    }

    /// <summary>The lowest id that is not over yet.</summary>
    private Guid LowestIdAfter(int days) => RowIds.Lowest(clock.GetUtcNow().AddDays(-days));

    [LoggerMessage(1512, LogLevel.Warning, "The store's upkeep is put off for a minute: {Reason}")]
    private partial void LogPutOff(string reason);
}
