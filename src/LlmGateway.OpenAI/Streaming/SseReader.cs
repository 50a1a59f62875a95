using System.Buffers;
using System.Runtime.CompilerServices;

namespace LlmGateway.OpenAI;

/// <summary>
/// Splits a stream that comes in pieces into its events. Pieces may end anywhere: inside a character, between CR and LF.
/// </summary>
/// <param name="maxFrameBytes">The largest event that is accepted; 16 MiB by default.</param>
public sealed class SseReader(int maxFrameBytes = SseReader.DefaultMaxFrameBytes) : IDisposable
{
    /// <summary>Enough for an answer with images in it; what is held must not grow without bound.</summary>
    public const int DefaultMaxFrameBytes = 16 << 20;

    private const int ReadSize = 16 << 10;

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(ReadSize);
    private int _start;
    private int _end;
    private SseScan _scan;
    private bool _final;

    /// <summary>Bytes that are not yet part of a whole event; once the stream ended, those that a cut left over.</summary>
    public int PendingBytes => _end - _start;

    /// <summary>Takes the next piece. Frames that were read before are no longer valid.</summary>
    public void Feed(ReadOnlySpan<byte> bytes)
    {
        MakeRoom(bytes.Length);
        bytes.CopyTo(_buffer.AsSpan(_end));
        _end += bytes.Length;
    }

    /// <summary>Says that nothing more will come. What is unfinished then is never an event.</summary>
    public void Complete() => _final = true;

    /// <summary>
    /// The next whole event with the empty line that ends it, as raw bytes for <see cref="SseFrame"/> to look into.
    /// Valid until the next <see cref="Feed"/>.
    /// </summary>
    /// <exception cref="InvalidDataException">The event is larger than allowed.</exception>
    public bool TryRead(out ReadOnlySpan<byte> frame)
    {
        var pending = _buffer.AsSpan(_start, PendingBytes);
        var length = _scan.Length(pending, _final);
        if (length > maxFrameBytes || (length == 0 && pending.Length > maxFrameBytes))
        {
            throw new InvalidDataException($"A server-sent event is larger than {maxFrameBytes} bytes.");
        }

        frame = pending[..length];
        _start += length;
        return length > 0;
    }

    /// <summary>The stream's events that have data. A last event that was cut off is left out, as the standard says.</summary>
    /// <exception cref="InvalidDataException">An event is larger than allowed.</exception>
    public static async IAsyncEnumerable<SseEvent> ReadAsync(
        Stream stream, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        using var reader = new SseReader();
        while (!reader._final)
        {
            reader.MakeRoom(ReadSize);
            var count = await stream.ReadAsync(reader._buffer.AsMemory(reader._end), cancellationToken);
            reader._end += count;
            if (count == 0)
            {
                reader.Complete();
            }

            while (reader.TryReadEvent(out var read))
            {
                yield return read;
            }
        }
    }

    /// <summary>Gives the buffer back.</summary>
    public void Dispose()
    {
        if (_buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = [];
            _start = _end = 0;
        }
    }

    private bool TryReadEvent(out SseEvent read)
    {
        while (TryRead(out var frame))
        {
            if (SseFrame.HasData(frame))
            {
                read = new SseEvent(SseFrame.Event(frame), SseFrame.Data(frame).ToArray(), frame.Length);
                return true;
            }
        }

        read = default;
        return false;
    }

    private void MakeRoom(int count)
    {
        if (_buffer.Length - _end >= count)
        {
            return;
        }

        var pending = _buffer.AsSpan(_start, PendingBytes);
        var target = _buffer.Length >= pending.Length + count
            ? _buffer
            : ArrayPool<byte>.Shared.Rent(Math.Max(pending.Length + count, pending.Length * 2));
        pending.CopyTo(target);
        if (target != _buffer)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = target;
        }

        _end -= _start;
        _start = 0;
    }
}
