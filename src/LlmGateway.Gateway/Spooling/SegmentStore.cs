using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;

namespace LlmGateway.Gateway.Spooling;

/// <summary>Writes bytes at an offset: <see cref="RandomAccess"/>, or a test's full disk.</summary>
internal delegate void SegmentWrite(SafeFileHandle file, ReadOnlySpan<byte> bytes, long offset);

/// <summary>
/// The segment files of a spool, and what happens when they may not or cannot grow: a spare file, allocated before,
/// becomes the next segment and takes records without bodies until there is room again.
/// </summary>
internal sealed class SegmentStore : IDisposable
{
    /// <summary>A batch to ship is full at this many records or bytes.</summary>
    public const int BatchRecords = 500;
    public const int BatchBytes = 1 << 20;

    private const int MaxPendingBytes = 16 << 20;
    private static readonly TimeSpan RoomCheck = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly string _folder;
    private readonly SpoolOptions _options;
    private readonly ILogger _logger;
    private readonly SegmentWrite _write;
    private readonly FileStream _ownership;
    private readonly ITimer _roomCheck;
    private readonly List<Segment> _segments;
    private readonly Queue<byte[]> _pending = new();
    private int _pendingBytes;
    private long _bytesOnDisk;
    private long _unshippedBytes;
    private long _unshippedRecords;
    private long _shippedBytes;
    private long _nextNumber;
    private Segment? _active;
    private volatile bool _full;

    public SegmentStore(SpoolOptions options, TimeProvider clock, ILogger logger, SegmentWrite write)
    {
        _folder = options.Path ?? throw new ArgumentException("The spool has no folder.", nameof(options));
        _options = options;
        _logger = logger;
        _write = write;
        Directory.CreateDirectory(_folder);
        _ownership = new FileStream(Path.Combine(_folder, "owner"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        Checkpoint = new Checkpoint(_folder);
        Quarantine = new Quarantine(_folder, options.QuarantineBytes);
        _segments = Recover(Checkpoint.Position);
        TryMakeSpare();
        _roomCheck = clock.CreateTimer(_ => LookForRoom(), null, RoomCheck, RoomCheck);
    }

    public string Folder => _folder;

    public Checkpoint Checkpoint { get; }

    public Quarantine Quarantine { get; }

    /// <summary>Released when there is a first frame to ship, and when there is a full batch.</summary>
    public SemaphoreSlim Wake { get; } = new(0);

    public bool Full => _full;

    public long UnshippedBytes => Interlocked.Read(ref _unshippedBytes);

    public long UnshippedRecords => Interlocked.Read(ref _unshippedRecords);

    public bool HasBatch => UnshippedRecords >= BatchRecords || UnshippedBytes >= BatchBytes;

    private string SparePath => Path.Combine(_folder, "reserve");

    /// <summary>Appends a frame with bodies. False when the spool is full: nothing of it was kept.</summary>
    public bool TryAppend(ReadOnlySpan<byte> frame)
    {
        lock (_gate)
        {
            if (_full)
            {
                return false;
            }

            if (_bytesOnDisk + frame.Length > _options.MaxBytes)
            {
                BecomeFull($"over {_options.MaxBytes} bytes");
                return false;
            }

            try
            {
                Write(frame);
                return true;
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                BecomeFull(exception.Message);
                return false;
            }
        }
    }

    /// <summary>Appends a small frame whatever the limit; it waits in memory while no file takes it. False when that is full too.</summary>
    public bool TryAppendAccounting(ReadOnlySpan<byte> frame)
    {
        lock (_gate)
        {
            try
            {
                if (_pending.Count == 0)
                {
                    Write(frame);
                    return true;
                }
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                Seal();
            }

            if (_pendingBytes + frame.Length > MaxPendingBytes)
            {
                return false;
            }

            _pending.Enqueue(frame.ToArray());
            _pendingBytes += frame.Length;
            return true;
        }
    }

    /// <summary>The first segment with this number or a higher one; null when there is none.</summary>
    public (long Number, string Path, long Length, bool Sealed)? At(long number)
    {
        lock (_gate)
        {
            foreach (var segment in _segments)
            {
                if (segment.Number >= number)
                {
                    return (segment.Number, segment.Path, segment.Length, segment.File is null);
                }
            }

            return null;
        }
    }

    /// <summary>Notes that everything before <paramref name="position"/> is stored elsewhere, and deletes segments that lie wholly before it.</summary>
    public void Shipped(SpoolPosition position, long bytes, long records)
    {
        lock (_gate)
        {
            _unshippedBytes -= bytes;
            _shippedBytes += bytes;
            _unshippedRecords = _unshippedBytes <= 0 ? 0 : Math.Max(1, _unshippedRecords - records);
            while (_segments.Count > 0 && _segments[0].Number < position.Segment && _segments[0].File is null)
            {
                _segments[0].Remove();
                _bytesOnDisk -= _segments[0].Length;
                _segments.RemoveAt(0);
            }
        }
    }

    /// <summary>Where the spool ends by now, for <see cref="HasShipped"/>.</summary>
    public long End()
    {
        lock (_gate)
        {
            return _shippedBytes + _unshippedBytes;
        }
    }

    /// <summary>Whether everything before an <see cref="End"/> is stored elsewhere.</summary>
    public bool HasShipped(long end)
    {
        lock (_gate)
        {
            return _shippedBytes >= end;
        }
    }

    /// <summary>Segments with bytes that may not be on the disk yet, and how long they are.</summary>
    public (Segment Segment, long Length)[] Unsynced()
    {
        lock (_gate)
        {
            return [.. _segments.Where(segment => segment.Synced < segment.Length).Select(segment => (segment, segment.Length))];
        }
    }

    /// <summary>Has a segment set aside instead of deleted.</summary>
    public void MarkDamaged(long number)
    {
        lock (_gate)
        {
            _segments.Find(segment => segment.Number == number)?.Damaged = true;
        }
    }

    /// <summary>Leaves the full state when there is room: under nine tenths of the limit, and space for a new reserve.</summary>
    public void LookForRoom()
    {
        if (!_full)
        {
            return;
        }

        lock (_gate)
        {
            if (!TryWritePending() || _bytesOnDisk > _options.MaxBytes / 10 * 9)
            {
                return;
            }
        }

        // Outside the lock: to allocate may take long.
        if (!TryMakeSpare())
        {
            return;
        }

        lock (_gate)
        {
            Seal();
            _full = false;
        }

        _logger.SpoolHasRoom();
    }

    public void Dispose()
    {
        _roomCheck.Dispose();
        lock (_gate)
        {
            Seal();
        }

        Checkpoint.Dispose();
        _ownership.Dispose();
    }

    private List<Segment> Recover(SpoolPosition shipped)
    {
        var segments = Segment.List(_folder);
        if (segments.Count > 0)
        {
            CutTornTail(segments[^1]);
        }

        _nextNumber = Math.Max(segments.Count > 0 ? segments[^1].Number : 0, shipped.Segment) + 1;
        if (Quarantine.TryRelease(Segment.PathOf(_folder, _nextNumber)))
        {
            segments = Segment.List(_folder);
            _nextNumber++;
            _logger.QuarantineReleased(segments[^1].Length);
        }

        foreach (var segment in segments.Where(segment => segment.Number < shipped.Segment || segment.Length == 0).ToArray())
        {
            segment.Remove();
            segments.Remove(segment);
        }

        foreach (var segment in segments)
        {
            var from = segment.Number == shipped.Segment ? Math.Min(shipped.Offset, segment.Length) : 0;
            _bytesOnDisk += segment.Length;
            _unshippedBytes += segment.Length - from;
            _unshippedRecords += SegmentScan.Count(segment.Path, from, segment.Length);
        }

        return segments;
    }

    private void CutTornTail(Segment last)
    {
        var whole = SegmentScan.WholeLength(last.Path);
        if (whole == last.Length)
        {
            return;
        }

        _logger.TornTail(last.Number, whole, last.Length - whole);
        using var file = File.OpenHandle(last.Path, FileMode.Open, FileAccess.ReadWrite);
        RandomAccess.SetLength(file, whole);
        last.Length = whole;
    }

    private void Write(ReadOnlySpan<byte> frame)
    {
        if (_active is null || (_active.Length > 0 && _active.Length + frame.Length > _active.Capacity))
        {
            Roll();
        }

        var segment = _active!;
        _write(segment.File!, frame, segment.Length);
        segment.Length += frame.Length;
        _bytesOnDisk += frame.Length;
        var first = _unshippedBytes == 0;
        Interlocked.Add(ref _unshippedBytes, frame.Length);
        Interlocked.Increment(ref _unshippedRecords);
        if ((first || HasBatch) && Wake.CurrentCount == 0)
        {
            Wake.Release();
        }
    }

    private void Roll()
    {
        Seal();
        var segment = new Segment(_folder, _nextNumber, _options.SegmentBytes);
        segment.File = File.OpenHandle(segment.Path, FileMode.CreateNew, FileAccess.Write, FileShare.Read | FileShare.Delete);
        Activate(segment);
    }

    private void Activate(Segment segment)
    {
        _nextNumber = segment.Number + 1;
        _segments.Add(segment);
        _active = segment;
    }

    private void Seal()
    {
        _active?.Seal();
        _active = null;
    }

    private void BecomeFull(string reason)
    {
        _full = true;
        Seal();
        _logger.SpoolFull(reason);
        try
        {
            var segment = new Segment(_folder, _nextNumber, _options.ReserveBytes);
            File.Move(SparePath, segment.Path);
            segment.File = File.OpenHandle(segment.Path, FileMode.Open, FileAccess.Write, FileShare.Read | FileShare.Delete);
            Activate(segment);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // No reserve: an ordinary segment is tried next, then memory.
        }
    }

    private bool TryMakeSpare()
    {
        if (File.Exists(SparePath))
        {
            return true;
        }

        var next = SparePath + ".next";
        try
        {
            File.Delete(next);
            using (File.OpenHandle(next, FileMode.CreateNew, FileAccess.Write, FileShare.None, FileOptions.None, _options.ReserveBytes))
            {
            }

            File.Move(next, SparePath);
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private bool TryWritePending()
    {
        try
        {
            while (_pending.TryPeek(out var frame))
            {
                Write(frame);
                _pendingBytes -= _pending.Dequeue().Length;
            }

            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Seal();
            return false;
        }
    }
}
