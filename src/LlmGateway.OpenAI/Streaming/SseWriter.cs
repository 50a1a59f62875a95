using System.Buffers;
using System.Text;

namespace LlmGateway.OpenAI;

/// <summary>Writes server-sent events.</summary>
public static class SseWriter
{
    /// <summary>OpenAI's end mark as an event.</summary>
    public static ReadOnlySpan<byte> Done => "data: [DONE]\n\n"u8;

    /// <summary>Writes one event. Data of several lines, ended by LF, CR or CRLF, arrives with LF between them.</summary>
    public static void Write(IBufferWriter<byte> target, ReadOnlySpan<byte> data, string? eventName = null)
    {
        if (eventName is not null)
        {
            target.Write("event: "u8);
            Encoding.UTF8.GetBytes(eventName, target);
            target.Write("\n"u8);
        }

        for (var end = data.IndexOfAny((byte)'\r', (byte)'\n'); end >= 0; end = data.IndexOfAny((byte)'\r', (byte)'\n'))
        {
            WriteLine(target, data[..end]);
            data = data[SseScan.SkipLineEnd(data, end, final: true)..];
        }

        WriteLine(target, data);
        target.Write("\n"u8);
    }

    private static void WriteLine(IBufferWriter<byte> target, ReadOnlySpan<byte> line)
    {
        target.Write("data: "u8);
        target.Write(line);
        target.Write("\n"u8);
    }
}
