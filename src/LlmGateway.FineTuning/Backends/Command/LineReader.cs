namespace LlmGateway.FineTuning.Backends.Command;

/// <summary>Reads a growing file line by line in bounded memory, and knows where each line ends.</summary>
/// <param name="stream">Stands at <paramref name="offset"/>.</param>
/// <param name="offset">Where the first line begins.</param>
/// <param name="isWhole">Whether the file grows no more, so that what stands after the last line's end is a line too.</param>
internal sealed class LineReader(Stream stream, long offset, bool isWhole)
{
    /// <summary>A longer line is read over.</summary>
    public const int MaxLineBytes = 64 << 10;

    /// <summary>Stands for a line that is too long.</summary>
    private static readonly byte[] TooLong = "\0"u8.ToArray();

    private readonly byte[] _buffer = new byte[MaxLineBytes + 1];
    private int _start;
    private int _end;
    private long _dropped;

    /// <summary>Where the last line that was read ends.</summary>
    public long Offset { get; private set; } = offset;

    /// <param name="line">The next line without its end; a zero byte if it is too long.</param>
    /// <returns>False where there is no whole line any more.</returns>
    public bool TryRead(out ReadOnlySpan<byte> line)
    {
        while (true)
        {
            var length = _buffer.AsSpan(_start, _end - _start).IndexOf((byte)'\n');
            if (length >= 0)
            {
                line = Take(length, length + 1);
                return true;
            }

            if (!Fill())
            {
                var rest = _end - _start;
                var hasLine = isWhole && rest + _dropped > 0;
                line = hasLine ? Take(rest, rest) : default;
                return hasLine;
            }
        }
    }

    private ReadOnlySpan<byte> Take(int length, int consumed)
    {
        var line = _dropped > 0 ? TooLong : _buffer.AsSpan(_start, length);
        Offset += _dropped + consumed;
        _dropped = 0;
        _start += consumed;
        return line;
    }

    private bool Fill()
    {
        if (_end - _start == _buffer.Length || _dropped > 0)
        {
            _dropped += _end - _start;
            _start = _end = 0;
        }

        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        (_start, _end) = (0, _end - _start);
        var read = stream.Read(_buffer, _end, _buffer.Length - _end);
        _end += read;
        return read > 0;
    }
}
