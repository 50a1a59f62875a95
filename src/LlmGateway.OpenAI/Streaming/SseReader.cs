using System.Buffers;

namespace LlmGateway.OpenAI;

/// <summary>
/// Splits a stream that comes in pieces into its events. Pieces may end anywhere: inside a character, between CR and LF.
/// </summary>
/// <param name="maxFrameBytes">The largest event that is accepted; 16 MiB by default.</param>
public sealed class SseReader(int maxFrameBytes = SseReader.DefaultMaxFrameBytes) : IDisposable
{
    /// <summary>Enough for an answer with images in it; what is held must not grow without bound.</summary>
    public const int DefaultMaxFrameBytes = 16 << 20;

    /// <summary>Room for a few events; thousands of streams may each hold a buffer.</summary>
    private const int InitialSize = 4 << 10;

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(InitialSize);
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

    /// <summary>Where the next piece may be read into; frames that were read before are no longer valid.</summary>
    public Memory<byte> GetMemory()
    {
        MakeRoom(Math.Max(1, _buffer.Length / 2 - PendingBytes));
        return _buffer.AsMemory(_end);
    }

    /// <summary>Takes what was read into <see cref="GetMemory"/>.</summary>
    public void Advance(int count) => _end += count;

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
