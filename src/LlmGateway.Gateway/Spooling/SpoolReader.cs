using System.Diagnostics.CodeAnalysis;
using LlmGateway.Contracts.Gateway;
using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;

namespace LlmGateway.Gateway.Spooling;

/// <summary>
/// Reads the spool in order from its checkpoint, and ahead of it. One at a time; only <see cref="OldestAge"/> may be called
/// beside it.
/// </summary>
internal sealed class SpoolReader
{
    private readonly SegmentStore _store;
    private readonly SpoolMetrics _metrics;
    private readonly TimeProvider _clock;
    private readonly ILogger<SpoolReader> _logger;
    private readonly Queue<byte[]> _taken = new();
    private readonly Stack<byte[]> _spare = new();
    private SpoolPosition _at;
    private SpoolPosition _next;

    public SpoolReader(InferenceSpool spool, SpoolMetrics metrics, TimeProvider clock, ILogger<SpoolReader> logger)
    {
        _store = spool.Store;
        _metrics = metrics;
        _clock = clock;
        _logger = logger;
        _at = _next = _store.Checkpoint.Position;
        metrics.Observe(this);
    }

    /// <summary>
    /// The first frames that are not shipped: at most 1 MB, or one larger frame. The same again until
    /// <see cref="Commit"/>. What was read before and not committed is no longer valid.
    /// </summary>
    /// <param name="maxRecords">How many at most; default and limit 500.</param>
    /// <returns>Null when all is shipped.</returns>
    public SpoolBatch? Read(int maxRecords = SegmentStore.BatchRecords)
    {
        while (_taken.TryDequeue(out var left))
        {
            Release(left);
        }

        while (_store.At(_at.Segment) is { } segment)
        {
            if (segment.Number != _at.Segment)
            {
                _at = new SpoolPosition(segment.Number, 0);
            }

            if (_at.Offset < segment.Length)
            {
                if (ReadFrames(segment.Path, segment.Length, maxRecords) is { } batch)
                {
                    _next = batch.End;
                    return batch;
                }

                continue;
            }

            if (!segment.Sealed)
            {
                return null;
            }

            Move(new SpoolPosition(segment.Number + 1, 0), 0, 0);
        }

        return null;
    }

    /// <summary>
    /// The frames behind those that were read last, which stay valid. Null when all is read, and before a frame that
    /// <see cref="Read"/> alone can judge: a damaged one, or one larger than a batch.
    /// </summary>
    public SpoolBatch? ReadAhead()
    {
        while (_store.At(_next.Segment) is { } segment)
        {
            var from = segment.Number == _next.Segment ? _next : new SpoolPosition(segment.Number, 0);
            if (from.Offset < segment.Length)
            {
                return ReadAhead(segment.Path, from, segment.Length);
            }

            if (!segment.Sealed)
            {
                return null;
            }

            _next = new SpoolPosition(segment.Number + 1, 0);
        }

        return null;
    }

    /// <summary>Notes that a batch, the oldest that was read, is stored elsewhere.</summary>
    /// <exception cref="IOException">The checkpoint could not be written: the batch is read again.</exception>
    public void Commit(SpoolBatch batch)
    {
        Move(batch.End, batch.Frames.Length, batch.Records);
        if (_taken.TryDequeue(out var buffer))
        {
            Release(buffer);
        }
    }

    /// <summary>How long ago the oldest record that is not shipped ended; zero when there is none.</summary>
    public TimeSpan OldestAge()
    {
        var at = Volatile.Read(ref _at);
        if (_store.At(at.Segment) is not { } segment)
        {
            return TimeSpan.Zero;
        }

        var offset = segment.Number == at.Segment ? at.Offset : 0;
        if (offset >= segment.Length || !TryReadFrame(segment.Path, offset, segment.Length, out var record))
        {
            return TimeSpan.Zero;
        }

        var ended = DateTimeOffset.UnixEpoch.AddMicroseconds(record.CreatedAtMicros + record.DurationMicros);
        var age = _clock.GetUtcNow() - ended;
        return age > TimeSpan.Zero ? age : TimeSpan.Zero;
    }

    private static bool TryReadFrame(string path, long offset, long end, [NotNullWhen(true)] out InferenceRecord? record)
    {
        record = null;
        try
        {
            using var file = Open(path);
            var bytes = new byte[Math.Min(InferenceFrameCodec.MaxFrameBytes, end - offset)];
            ReadOnlyMemory<byte> memory = bytes.AsMemory(0, RandomAccess.Read(file, bytes, offset));
            if (InferenceFrameCodec.TryRead(ref memory, out var frame) == FrameRead.Whole)
            {
                record = frame.Record;
            }
        }
        catch (IOException)
        {
            // Shipped and deleted in this moment.
        }

        return record is not null;
    }

    private SpoolBatch? ReadFrames(string path, long end, int maxRecords)
    {
        if (!File.Exists(path))
        {
            // Somebody deleted it: there is nothing to wait for.
            PassOver([], 0, end);
            return null;
        }

        using var file = Open(path);
        var buffer = TakeBuffer();
        var available = ReadBytes(file, buffer, _at, end);
        var (length, records) = WholeFrames(buffer.AsSpan(0, available), maxRecords);
        if (records == 0)
        {
            // One larger than a batch, or damage: both are decided with the longest frame in sight, and the next one's.
            Release(buffer);
            buffer = new byte[2 * InferenceFrameCodec.MaxFrameBytes];
            available = ReadBytes(file, buffer, _at, end);
            if (InferenceFrameCodec.Probe(buffer.AsSpan(0, available), out length) != FrameRead.Whole)
            {
                PassOver(buffer.AsSpan(0, available), length, end);
                return null;
            }

            records = 1;
        }

        _taken.Enqueue(buffer);
        return new SpoolBatch(buffer.AsMemory(0, length), records, _at with { Offset = _at.Offset + length });
    }

    private SpoolBatch? ReadAhead(string path, SpoolPosition from, long end)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        using var file = Open(path);
        var buffer = TakeBuffer();
        var (length, records) = WholeFrames(buffer.AsSpan(0, ReadBytes(file, buffer, from, end)), SegmentStore.BatchRecords);
        if (records == 0)
        {
            Release(buffer);
            return null;
        }

        _taken.Enqueue(buffer);
        _next = new SpoolPosition(from.Segment, from.Offset + length);
        return new SpoolBatch(buffer.AsMemory(0, length), records, _next);
    }

    private static SafeFileHandle Open(string path) =>
        File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);

    private static int ReadBytes(SafeFileHandle file, byte[] buffer, SpoolPosition from, long end) =>
        RandomAccess.Read(file, buffer.AsSpan(0, (int)Math.Min(buffer.Length, end - from.Offset)), from.Offset);

    /// <summary>One buffer for each batch under way; a single one where batches go one after another.</summary>
    private byte[] TakeBuffer() => _spare.TryPop(out var buffer) ? buffer : new byte[SegmentStore.BatchBytes];

    private void Release(byte[] buffer)
    {
        if (buffer.Length == SegmentStore.BatchBytes)
        {
            _spare.Push(buffer);
        }
    }

    private static (int Length, int Records) WholeFrames(ReadOnlySpan<byte> bytes, int maxRecords)
    {
        var (length, records) = (0, 0);
        while (records < maxRecords && InferenceFrameCodec.Probe(bytes[length..], out var next) == FrameRead.Whole)
        {
            length += next;
            records++;
        }

        return (length, records);
    }

    /// <summary>Goes on behind a damaged frame where its length is proven right, else at the end of what is written of the segment.</summary>
    private void PassOver(ReadOnlySpan<byte> bytes, int length, long end)
    {
        var bytesLost = SegmentScan.FollowedByFrame(bytes, length) ? length : end - _at.Offset;
        _metrics.Corrupt();
        _logger.DamagedFrame(_at.Segment, _at.Offset, bytesLost);
        _store.MarkDamaged(_at.Segment);
        Move(_at with { Offset = _at.Offset + bytesLost }, bytesLost, 1);
    }

    private void Move(SpoolPosition position, long bytes, long records)
    {
        if (_store.At(position.Segment) is { } segment && segment.Number == position.Segment && segment.Sealed && position.Offset >= segment.Length)
        {
            position = new SpoolPosition(position.Segment + 1, 0);
        }

        _store.Checkpoint.Write(position);
        Volatile.Write(ref _at, position);
        _store.Shipped(position, bytes, records);
    }
}
