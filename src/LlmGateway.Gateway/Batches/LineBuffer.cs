using System.Buffers;

namespace LlmGateway.Gateway.Batches;

/// <summary>Cuts pieces of a text into its lines, of which none takes more memory than a bound.</summary>
internal sealed class LineBuffer(int maxBytes)
{
    private readonly ArrayBufferWriter<byte> _begun = new();
    private bool _isTooLong;
    private int _number = 1;

    /// <summary>The lines that end in the piece, without blank ones.</summary>
    public IEnumerable<InputLine> Take(ReadOnlyMemory<byte> piece)
    {
        while (piece.Span.IndexOf((byte)'\n') is var end and >= 0)
        {
            Append(piece.Span[..end]);
            piece = piece[(end + 1)..];
            if (End() is { } line)
            {
                yield return line;
            }
        }

        Append(piece.Span);
    }

    /// <summary>What follows the last line's end; null for nothing.</summary>
    public InputLine? TakeRest() => End();

    private void Append(ReadOnlySpan<byte> bytes)
    {
        _isTooLong |= _begun.WrittenCount + bytes.Length > maxBytes;
        if (!_isTooLong)
        {
            _begun.Write(bytes);
        }
    }

    private InputLine? End()
    {
        var number = _number++;
        var text = _begun.WrittenSpan.Trim(" \t\r"u8);
        InputLine? line = _isTooLong ? new(number, null) : text.IsEmpty ? null : new(number, text.ToArray());
        _begun.ResetWrittenCount();
        _isTooLong = false;
        return line;
    }
}
