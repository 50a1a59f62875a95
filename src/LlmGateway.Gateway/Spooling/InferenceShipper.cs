using LlmGateway.Contracts.Gateway;
using LlmGateway.Service;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace LlmGateway.Gateway.Spooling;

/// <summary>
/// Brings the spool's records to Datasets: at least once, in order, for ever. The checkpoint moves when Datasets has
/// answered that it stored them; until then the same batch is sent again. A batch that is refused is sent in halves,
/// until the record at fault is alone and can be set aside: one record never keeps the others waiting.
/// </summary>
internal sealed class InferenceShipper(
    InferenceSpool spool,
    SpoolReader reader,
    Quarantine quarantine,
    IInferenceSink sink,
    SpoolMetrics metrics,
    IOptions<SpoolOptions> options,
    TimeProvider clock,
    ILogger<InferenceShipper> logger) : BackgroundService
{
    /// <summary>How often a record alone may make the store fail before it is held to be at fault: for about a minute and a half.</summary>
    public const int MaxFailuresAlone = 20;

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    private int _limit = SegmentStore.BatchRecords;
    private int _failuresAlone;
    private bool _failing;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var drain = new CancellationTokenSource(Timeout.InfiniteTimeSpan, clock);
        // A batch under way when the host stops may finish: only the drain's end cuts it.
        await using var stopping = stoppingToken.Register(() => drain.CancelAfter(options.Value.DrainTimeout));
        var pause = TimeSpan.Zero;
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                await spool.WaitForBatchAsync(options.Value.BatchDelay, stoppingToken);
                pause = await TryShipAsync(drain.Token) ? TimeSpan.Zero : Longer(pause);
                if (pause > TimeSpan.Zero)
                {
                    await Task.Delay(pause * (0.5 + (Random.Shared.NextDouble() / 2)), clock, stoppingToken);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops: what is left is drained below.
        }

        while (spool.UnshippedBytes > 0 && !drain.IsCancellationRequested && await TryShipAsync(drain.Token))
        {
        }

        if (spool.UnshippedRecords > 0)
        {
            logger.LeftForNextStart(spool.UnshippedRecords);
        }
    }

    private static TimeSpan Longer(TimeSpan pause) =>
        pause == TimeSpan.Zero ? FirstPause : pause * 2 < LongestPause ? pause * 2 : LongestPause;

    /// <summary>Ships one batch. False when it must be tried again.</summary>
    private async Task<bool> TryShipAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (reader.Read(_limit) is not { } batch)
            {
                return true;
            }

            CrashPoint.Reach("ship.before");
            var result = await SendAsync(batch, cancellationToken);
            if (result.Answer != SinkAnswer.Stored)
            {
                return TrySplitOrSetAside(batch, result);
            }

            CrashPoint.Reach("ship.after");
            reader.Commit(batch);
            _limit = Math.Min(_limit * 2, SegmentStore.BatchRecords);
            _failuresAlone = 0;
            Works();
            return true;
        }
#pragma warning disable CA1031 // Whatever went wrong, the log must go on being shipped.
        catch (Exception exception)
        {
            Fails(exception is OperationCanceledException ? "no answer in time" : exception.Message);
            return false;
        }
#pragma warning restore CA1031
    }

    private async Task<SinkResult> SendAsync(SpoolBatch batch, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(options.Value.SendTimeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        return await sink.StoreAsync(batch.Frames, either.Token);
    }

    /// <summary>False when there is to be a pause first.</summary>
    private bool TrySplitOrSetAside(SpoolBatch batch, SinkResult result)
    {
        if (result.Answer == SinkAnswer.Refused && batch.Records > 1)
        {
            _limit = batch.Records / 2;
            return true;
        }

        if (result.Answer == SinkAnswer.Refused)
        {
            return TrySetAside(batch, result.Reason);
        }

        Fails(result.Reason);
        if (result.Answer != SinkAnswer.Failed)
        {
            return false;
        }

        _limit = Math.Max(1, batch.Records / 2);
        return batch.Records == 1 && ++_failuresAlone >= MaxFailuresAlone && TrySetAside(batch, result.Reason);
    }

    /// <summary>A full quarantine means that the fault is not a record's: then all wait in the spool, as when the store is away.</summary>
    private bool TrySetAside(SpoolBatch batch, string reason)
    {
        if (!quarantine.TryAdd(batch.Frames.Span))
        {
            Fails($"{reason}; the quarantine is full");
            return false;
        }

        reader.Commit(batch);
        _failuresAlone = 0;
        metrics.Quarantined();
        logger.SetAside(reason, quarantine.Path);
        return true;
    }

    private void Fails(string reason)
    {
        if (!_failing)
        {
            logger.ShippingFails(reason);
        }

        _failing = true;
    }

    private void Works()
    {
        if (_failing)
        {
            logger.ShippingWorks();
        }

        _failing = false;
    }
}
