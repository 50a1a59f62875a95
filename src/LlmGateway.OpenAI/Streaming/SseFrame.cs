using System.Buffers;
using System.Text;

namespace LlmGateway.OpenAI;

/// <summary>
/// One server-sent event as its bytes. Splitting follows the standard: lines end in LF, CR or CRLF, and an empty line
/// ends an event. <see href="https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream"/>
/// </summary>
public static class SseFrame
{
    private static ReadOnlySpan<byte> ByteOrderMark => "\uFEFF"u8;

    /// <summary>
    /// Length of the first whole event in the bytes, with the empty line that ends it; 0 when it is not whole yet.
    /// </summary>
    /// <param name="bytes">What has come so far.</param>
    /// <param name="final">
    /// True when nothing more will come. Otherwise a CR at the very end waits, because an LF may belong to it.
    /// </param>
    public static int Length(ReadOnlySpan<byte> bytes, bool final = false)
    {
        var progress = default(SseScan);
        return progress.Length(bytes, final);
    }

    /// <summary>The event's data, its lines joined by LF; empty when it has none. One line is returned without a copy.</summary>
    public static ReadOnlySpan<byte> Data(ReadOnlySpan<byte> frame)
    {
        ReadOnlySpan<byte> first = default;
        ArrayBufferWriter<byte>? joined = null;
        var found = false;
        while (TryLine(ref frame, out var line))
        {
            if (!TryField(line, "data"u8, out var value))
            {
                continue;
            }

            if (!found)
            {
                first = value;
                found = true;
                continue;
            }

            if (joined is null)
            {
                joined = new ArrayBufferWriter<byte>(first.Length + 1 + value.Length);
                joined.Write(first);
            }

            joined.Write("\n"u8);
            joined.Write(value);
        }

        return joined is null ? first : joined.WrittenSpan;
    }

    /// <summary>The event's name; null when it has none.</summary>
    public static string? Event(ReadOnlySpan<byte> frame) => Last(frame, "event"u8);

    /// <summary>The event's id; null when it has none.</summary>
    public static string? Id(ReadOnlySpan<byte> frame) => Last(frame, "id"u8);

    /// <summary>Whether the data is OpenAI's end mark.</summary>
    public static bool IsDone(ReadOnlySpan<byte> data) => data.SequenceEqual("[DONE]"u8);

    internal static bool HasData(ReadOnlySpan<byte> frame)
    {
        while (TryLine(ref frame, out var line))
        {
            if (TryField(line, "data"u8, out _))
            {
                return true;
            }
        }

        return false;
    }

    private static string? Last(ReadOnlySpan<byte> frame, ReadOnlySpan<byte> field)
    {
        string? text = null;
        while (TryLine(ref frame, out var line))
        {
            if (TryField(line, field, out var value))
            {
                text = Encoding.UTF8.GetString(value);
            }
        }

        return text;
    }

    /// <summary>Takes the next line off the frame; the line comes without its end.</summary>
    private static bool TryLine(scoped ref ReadOnlySpan<byte> frame, out ReadOnlySpan<byte> line)
    {
        if (frame.StartsWith(ByteOrderMark))
        {
            frame = frame[ByteOrderMark.Length..];
        }

        line = frame;
        if (frame.IsEmpty)
        {
            return false;
        }

        var end = frame.IndexOfAny((byte)'\r', (byte)'\n');
        if (end < 0)
        {
            frame = default;
            return true;
        }

        line = frame[..end];
        frame = frame[SseScan.SkipLineEnd(frame, end, final: true)..];
        return true;
    }

    private static bool TryField(ReadOnlySpan<byte> line, ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        value = default;
        if (!line.StartsWith(name) || (line.Length > name.Length && line[name.Length] != (byte)':'))
        {
            return false;
        }

        if (line.Length > name.Length)
        {
            value = line[(name.Length + 1)..];
            value = value.StartsWith(" "u8) ? value[1..] : value;
        }

        return true;
    }
}
