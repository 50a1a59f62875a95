using LlmGateway.Datasets.Inferences;
using LlmGateway.Datasets.Storage.Partitions;
using LlmGateway.Service;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace LlmGateway.Datasets.Retention;

/// <summary>Looks after the log at the start and every hour: makes partitions before they are needed, and deletes what is over.</summary>
internal sealed partial class LogUpkeep(
    IServiceScopeFactory scopes, IOptions<RetentionOptions> options, TimeProvider clock, ILogger<LogUpkeep> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var pause = Interval;
            try
            {
                await RunOnceAsync(stoppingToken);
            }
            catch (Exception exception) when (StoreErrors.IsOfStore(exception))
            {
                // The store is away, busy, or a long query holds a partition. Until the next time nothing is lost by it.
                LogPutOff(exception.Message);
                pause = PauseAfterFailure;
            }

            await Task.Delay(pause, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    internal async Task RunOnceAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        if (scope.ServiceProvider.GetService<PostgresPartitions>() is { } partitions)
        {
            await partitions.MakeAheadAsync(DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime), cancellationToken);
        }

        var retention = scope.ServiceProvider.GetRequiredService<InferenceRetention>();
        if (options.Value.RowDays is { } rowDays)
        {
            await retention.DeleteRowsAsync(LowestIdAfter(rowDays), cancellationToken);
        }

        if (options.Value.BodyDays is { } bodyDays)
        {
            await retention.DeleteBodiesAsync(LowestIdAfter(bodyDays), cancellationToken);
        }
    }

    /// <summary>The lowest id that is not over yet.</summary>
    private Guid LowestIdAfter(int days) => InferenceIds.Lowest(clock.GetUtcNow().AddDays(-days));

    [LoggerMessage(1212, LogLevel.Warning, "The log's upkeep is put off for a minute: {Reason}")]
    private partial void LogPutOff(string reason);
}
