using System.Buffers;
using LlmGateway.Contracts.Gateway;
using LlmGateway.Service;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace LlmGateway.Gateway.Spooling;

/// <summary>
/// Finished calls on their way to Datasets, in files. A frame is in the system's page cache when
/// <see cref="Append"/> returns, which survives the death of the process, not of the power.
/// </summary>
internal sealed class InferenceSpool : IDisposable
{
    [ThreadStatic]
    private static PooledBuffer? _buffer;

    private readonly SegmentStore _store;
    private readonly SpoolMetrics _metrics;
    private readonly TimeProvider _clock;
    private readonly ILogger<InferenceSpool> _logger;
    private readonly SpoolSync _sync;
    private bool _lossLogged;

    /// <exception cref="IOException">The folder cannot be used, or another process uses it.</exception>
    public InferenceSpool(
        IOptions<SpoolOptions> options, SpoolMetrics metrics, TimeProvider clock, ILogger<InferenceSpool> logger, SegmentWrite? write = null)
    {
        _metrics = metrics;
        _clock = clock;
        _logger = logger;
        _store = new SegmentStore(options.Value, clock, logger, write ?? RandomAccess.Write);
        _sync = new SpoolSync(_store, options.Value.SyncInterval, metrics, clock, logger);
        metrics.Observe(this);
    }

    public long UnshippedBytes => _store.UnshippedBytes;

    public long UnshippedRecords => _store.UnshippedRecords;

    /// <summary>Bytes that a loss of power may take.</summary>
    public long UnsyncedBytes => _store.Unsynced().Sum(pair => pair.Length - pair.Segment.Synced);

    /// <summary>True while bodies are dropped.</summary>
    public bool Full => _store.Full;

    public SegmentStore Store => _store;

    public SpoolSync Sync => _sync;

    /// <summary>
    /// Records a finished call. Never throws: when the spool is full the bodies are dropped and counted, and the
    /// record itself goes to the reserve.
    /// </summary>
    /// <param name="record">What is known of the call.</param>
    /// <param name="request">The request body; over 1 MB it is cut.</param>
    /// <param name="response">The response body; over 1 MB it is cut.</param>
    public void Append(InferenceRecord record, in ReadOnlySequence<byte> request, in ReadOnlySequence<byte> response)
    {
        var start = _clock.GetTimestamp();
        CrashPoint.Reach("spool.append.before");
        using var buffer = _buffer ??= new PooledBuffer();
        try
        {
            if (!TryAppendWhole(buffer, record, request, response))
            {
                AppendAccounting(buffer, record, hasBodies: request.Length + response.Length > 0);
            }
        }
#pragma warning disable CA1031 // The caller's answer does not fail because its record did.
        catch (Exception exception)
        {
            _metrics.AccountingLost();
            _logger.NotRecorded(exception);
        }
#pragma warning restore CA1031
        CrashPoint.Reach("spool.append.after");
        _metrics.Appended(_clock.GetElapsedTime(start));
    }

    /// <summary>Returns when a batch is full, or <paramref name="delay"/> after there is anything to ship.</summary>
    public async Task WaitForBatchAsync(TimeSpan delay, CancellationToken cancellationToken)
    {
        while (UnshippedBytes == 0)
        {
            await _store.Wake.WaitAsync(cancellationToken);
        }

        var start = _clock.GetTimestamp();
        while (!_store.HasBatch && delay - _clock.GetElapsedTime(start) is var rest && rest > TimeSpan.Zero)
        {
            await _store.Wake.WaitAsync(rest, cancellationToken);
        }
    }

    public void Dispose()
    {
        _sync.Dispose();
        _store.Dispose();
    }

    private bool TryAppendWhole(PooledBuffer buffer, InferenceRecord record, in ReadOnlySequence<byte> request, in ReadOnlySequence<byte> response)
    {
        if (_store.Full)
        {
            return false;
        }

        try
        {
            InferenceFrameCodec.Write(buffer, record, request, response);
        }
        catch (ArgumentException)
        {
            // The record alone is too large: its small form is kept instead.
            InferenceFrameCodec.Write(buffer, Accounting.Of(record, record.BodiesKept), request, response);
        }

        return _store.TryAppend(buffer.Written);
    }

    private void AppendAccounting(PooledBuffer buffer, InferenceRecord record, bool hasBodies)
    {
        buffer.Clear();
        InferenceFrameCodec.Write(buffer, Accounting.Of(record, record.BodiesKept && !hasBodies), default, default);
        if (hasBodies)
        {
            _metrics.BodiesDropped();
        }

        if (_store.TryAppendAccounting(buffer.Written))
        {
            return;
        }

        _metrics.AccountingLost();
        if (!_lossLogged)
        {
            _logger.AccountingLost();
        }

        _lossLogged = true;
    }
}
