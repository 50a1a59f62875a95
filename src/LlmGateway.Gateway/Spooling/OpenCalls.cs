using System.Buffers;
using LlmGateway.Contracts.Gateway;
using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;

namespace LlmGateway.Gateway.Spooling;

/// <summary>
/// The calls whose providers are at work, in a file beside the segments: each has a place that holds what is to be recorded
/// if the process dies before the call is. It is written before a provider is called and cleared once the call's own
/// record is in the spool, so that no provider is ever called without a trace. What an earlier process left goes to the
/// spool at the start; where the call's own record came so far, the log keeps that and passes over this one.
/// </summary>
internal sealed class OpenCalls : IDisposable
{
    /// <summary>The error of a call whose gateway died.</summary>
    public const string ErrorCode = "gateway_stopped";

    /// <summary>What a place holds. The file is sparse: a place takes as much of the disk as is written to it.</summary>
    private const int PlaceBytes = 16 << 10;

    /// <summary>More calls at a time than this are not noted.</summary>
    private const int MaxPlaces = 1 << 16;

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _buffer;

    private readonly Lock _gate = new();
    private readonly Stack<int> _free = new();
    private readonly SafeFileHandle? _file;
    private readonly ILogger<OpenCalls> _logger;
    private int _places;
    private bool _failing;

    public OpenCalls(InferenceSpool spool, ILogger<OpenCalls> logger)
    {
        _logger = logger;
        try
        {
            _file = File.OpenHandle(Path.Combine(spool.Store.Folder, "open"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
            Recover(spool, _file);
            RandomAccess.SetLength(_file, 0);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Fails(exception.Message);
        }
    }

    /// <summary>Notes what is to be recorded if nothing else is. Never throws: a call goes on although it could not be noted.</summary>
    /// <param name="place">The call's place, if it has one; it is written over.</param>
    /// <param name="record">The call with its last attempt reserved.</param>
    /// <returns>The call's place; null when it has none.</returns>
    public int? Note(int? place, InferenceRecord record)
    {
        if (_file is null || (place ?? Take()) is not { } taken)
        {
            return place;
        }

        try
        {
            var buffer = _buffer ??= new ArrayBufferWriter<byte>(1024);
            buffer.ResetWrittenCount();
            Write(buffer, record);
            RandomAccess.Write(_file, buffer.WrittenSpan, (long)taken * PlaceBytes);
            _failing = false;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            Fails(exception.Message);
        }

        return taken;
    }

    /// <summary>The call's own record is in the spool.</summary>
    public void Close(int? place)
    {
        if (place is not { } taken)
        {
            return;
        }

        try
        {
            Span<byte> nothing = stackalloc byte[InferenceFrameCodec.HeaderBytes];
            nothing.Clear();
            RandomAccess.Write(_file!, nothing, (long)taken * PlaceBytes);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It is recorded twice at worst, under one id.
            Fails(exception.Message);
        }

        lock (_gate)
        {
            _free.Push(taken);
        }
    }

    public void Dispose() => _file?.Dispose();

    /// <summary>The place that was left last: few are in use, and those stay in memory.</summary>
    private int? Take()
    {
        lock (_gate)
        {
            return _free.TryPop(out var place) ? place : _places < MaxPlaces ? _places++ : null;
        }
    }

    private static void Write(ArrayBufferWriter<byte> buffer, InferenceRecord record)
    {
        InferenceFrameCodec.Write(buffer, Accounting.Of(record, bodiesKept: false), default(ReadOnlySequence<byte>), default);
        if (buffer.WrittenCount > PlaceBytes)
        {
            buffer.ResetWrittenCount();
            InferenceFrameCodec.Write(
                buffer, Accounting.Of(record with { Metadata = null, Attempts = [.. record.Attempts.TakeLast(1)] }, bodiesKept: false), default(ReadOnlySequence<byte>), default);
        }

        if (buffer.WrittenCount > PlaceBytes)
        {
            throw new ArgumentException($"The record takes {buffer.WrittenCount} bytes; at most {PlaceBytes} are allowed.", nameof(record));
        }
    }

    private void Recover(InferenceSpool spool, SafeFileHandle file)
    {
        var bytes = new byte[PlaceBytes];
        var found = 0;
        for (var offset = 0L; offset < RandomAccess.GetLength(file); offset += PlaceBytes)
        {
            ReadOnlyMemory<byte> place = bytes.AsMemory(0, RandomAccess.Read(file, bytes, offset));
            if (InferenceFrameCodec.TryRead(ref place, out var frame) == FrameRead.Whole)
            {
                spool.Append(frame.Record, default, default);
                found++;
            }
        }

        if (found > 0)
        {
            _logger.CallsLeftOpen(found);
        }
    }

    private void Fails(string reason)
    {
        if (!_failing)
        {
            _logger.NotNoted(reason);
        }

        _failing = true;
    }
}
