using LlmGateway.Contracts.Gateway;
using LlmGateway.Service;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace LlmGateway.Gateway.Spooling;

/// <summary>
/// Brings the spool's records to Datasets: at least once, for ever. The checkpoint moves when Datasets has
/// answered that it stored them; until then the same batch is sent again. A batch that is refused is sent in halves,
/// until the record at fault is alone and can be set aside: one record never keeps the others waiting. While there is
/// more than a batch to ship, some are under way at once; the checkpoint moves in order.
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

    /// <summary>Some are stored, together where the store can, while the next ones are read and parsed.</summary>
    private const int BatchesUnderWay = 4;

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    private readonly Queue<(SpoolBatch Batch, Task<SinkResult> Result)> _underWay = new();
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

        await LetGoAsync();
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
            SendWhatIsThere(cancellationToken);
            if (!_underWay.TryPeek(out var first))
            {
                return true;
            }

            var result = await first.Result;
            if (result.Answer != SinkAnswer.Stored)
            {
                await LetGoAsync();
                return TrySplitOrSetAside(first.Batch, result);
            }

            CrashPoint.Reach("ship.after");
            _underWay.Dequeue();
            reader.Commit(first.Batch);
            _limit = Math.Min(_limit * 2, SegmentStore.BatchRecords);
            _failuresAlone = 0;
            Works();
            return true;
        }
#pragma warning disable CA1031 // Whatever went wrong, the log must go on being shipped.
        catch (Exception exception)
        {
            await LetGoAsync();
            Fails(exception is OperationCanceledException ? "no answer in time" : exception.Message);
            return false;
        }
#pragma warning restore CA1031
    }

    /// <summary>Sends the first batch, and further ones while all goes well and they are full.</summary>
    private void SendWhatIsThere(CancellationToken cancellationToken)
    {
        if (_underWay.Count == 0 && reader.Read(_limit) is { } first)
        {
            Send(first, cancellationToken);
        }

        while (_underWay.Count is > 0 and < BatchesUnderWay && !_failing && _limit == SegmentStore.BatchRecords
            && HasFurtherBatch() && reader.ReadAhead() is { } next)
        {
            Send(next, cancellationToken);
        }
    }

    private void Send(SpoolBatch batch, CancellationToken cancellationToken)
    {
        CrashPoint.Reach("ship.before");
        _underWay.Enqueue((batch, SendAsync(batch, cancellationToken)));
    }

    private bool HasFurtherBatch() =>
        spool.UnshippedBytes - _underWay.Sum(sent => (long)sent.Batch.Frames.Length) >= SegmentStore.BatchBytes
        || spool.UnshippedRecords - _underWay.Sum(sent => (long)sent.Batch.Records) >= SegmentStore.BatchRecords;

    /// <summary>Waits until nothing is under way, whatever comes of it: what is not committed is sent again.</summary>
    private async Task LetGoAsync()
    {
        while (_underWay.TryDequeue(out var sent))
        {
            await ((Task)sent.Result).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
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
