using System.Diagnostics.CodeAnalysis;
using LlmGateway.Contracts.Gateway;
using Microsoft.Extensions.Logging;

namespace LlmGateway.Gateway.Spooling;

/// <summary>Reads the spool in order from its checkpoint. One at a time; only <see cref="OldestAge"/> may be called beside it.</summary>
internal sealed class SpoolReader
{
    private readonly SegmentStore _store;
    private readonly SpoolMetrics _metrics;
    private readonly TimeProvider _clock;
    private readonly ILogger<SpoolReader> _logger;
    private byte[] _buffer = new byte[SegmentStore.BatchBytes];
    private SpoolPosition _at;

    public SpoolReader(InferenceSpool spool, SpoolMetrics metrics, TimeProvider clock, ILogger<SpoolReader> logger)
    {
        _store = spool.Store;
        _metrics = metrics;
        _clock = clock;
        _logger = logger;
        _at = _store.Checkpoint.Position;
        metrics.Observe(this);
    }

    /// <summary>The next frames: at most 1 MB, or one larger frame. The same again until <see cref="Commit"/>.</summary>
    /// <param name="maxRecords">How many at most; default and limit 500.</param>
    /// <returns>Null when all is shipped.</returns>
    public SpoolBatch? Read(int maxRecords = SegmentStore.BatchRecords)
    {
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

    /// <summary>Notes that a batch is stored elsewhere.</summary>
    /// <exception cref="IOException">The checkpoint could not be written: the batch is read again.</exception>
    public void Commit(SpoolBatch batch) => Move(batch.End, batch.Frames.Length, batch.Records);

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
            using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
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

        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var available = RandomAccess.Read(file, _buffer.AsSpan(0, (int)Math.Min(SegmentStore.BatchBytes, end - _at.Offset)), _at.Offset);
        var (length, records) = WholeFrames(_buffer.AsSpan(0, available), maxRecords);
        if (records == 0)
        {
            // One larger than a batch, or damage: both are decided with the longest frame in sight, and the next one's.
            if (_buffer.Length < 2 * InferenceFrameCodec.MaxFrameBytes)
            {
                _buffer = new byte[2 * InferenceFrameCodec.MaxFrameBytes];
            }

            available = RandomAccess.Read(file, _buffer.AsSpan(0, (int)Math.Min(_buffer.Length, end - _at.Offset)), _at.Offset);
            if (InferenceFrameCodec.Probe(_buffer.AsSpan(0, available), out length) != FrameRead.Whole)
            {
                PassOver(_buffer.AsSpan(0, available), length, end);
                return null;
            }

            records = 1;
        }

        return new SpoolBatch(_buffer.AsMemory(0, length), records, _at with { Offset = _at.Offset + length });
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
