using System.Text;

namespace LlmGateway.OpenAI;

/// <summary>
/// One server-sent event as its bytes. Splitting follows the standard: lines end in LF, CR or CRLF, and an empty line
/// ends an event. <see href="https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream"/>
/// </summary>
public static class SseFrame
{
    private static readonly byte[] DoneData = "[DONE]"u8.ToArray();

    /// <summary>
    /// Length of the first whole event in the bytes, with the empty line that ends it; 0 when it is not whole yet.
    /// </summary>
    /// <param name="bytes">What has come so far.</param>
    /// <param name="final">
    /// True when nothing more will come. Otherwise a CR at the very end waits, because an LF may belong to it.
    /// </param>
    public static int Length(ReadOnlySpan<byte> bytes, bool final = false)
    {
        var position = 0;
        while (position < bytes.Length)
        {
            var end = bytes[position..].IndexOfAny((byte)'\r', (byte)'\n');
            if (end < 0)
            {
                return 0;
            }

            var next = SkipLineEnd(bytes, position + end, final);
            if (next == 0)
            {
                return 0;
            }

            if (end == 0)
            {
                return next;
            }

            position = next;
        }

        return 0;
    }

    /// <summary>The event's data, its lines joined by LF; empty when it has none. One line is returned without a copy.</summary>
    public static ReadOnlySpan<byte> Data(ReadOnlySpan<byte> frame)
    {
        ReadOnlySpan<byte> first = default;
        List<byte>? joined = null;
        var found = false;
        foreach (var range in Lines(frame))
        {
            var line = frame[range];
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

            joined ??= [.. first];
            joined.Add((byte)'\n');
            joined.AddRange(value);
        }

        return joined is null ? first : joined.ToArray();
    }

    /// <summary>The event's name; null when it has none.</summary>
    public static string? Event(ReadOnlySpan<byte> frame)
    {
        string? name = null;
        foreach (var range in Lines(frame))
        {
            if (TryField(frame[range], "event"u8, out var value))
            {
                name = Encoding.UTF8.GetString(value);
            }
        }

        return name;
    }

    /// <summary>Whether the data is OpenAI's end mark.</summary>
    public static bool IsDone(ReadOnlySpan<byte> data) => data.SequenceEqual(DoneData);

    private static List<Range> Lines(ReadOnlySpan<byte> frame)
    {
        var lines = new List<Range>(4);
        var position = frame.StartsWith("\uFEFF"u8) ? 3 : 0;
        while (position < frame.Length)
        {
            var end = frame[position..].IndexOfAny((byte)'\r', (byte)'\n');
            if (end < 0)
            {
                lines.Add(position..frame.Length);
                break;
            }

            lines.Add(position..(position + end));
            position = SkipLineEnd(frame, position + end, final: true);
        }

        return lines;
    }

    private static int SkipLineEnd(ReadOnlySpan<byte> bytes, int position, bool final)
    {
        if (bytes[position] == (byte)'\n')
        {
            return position + 1;
        }

        if (position + 1 == bytes.Length)
        {
            return final ? position + 1 : 0;
        }

        return bytes[position + 1] == (byte)'\n' ? position + 2 : position + 1;
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
