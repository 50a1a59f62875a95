using System.Buffers;
using System.Text;

namespace LlmGateway.OpenAI;

/// <summary>Writes server-sent events.</summary>
public static class SseWriter
{
    /// <summary>OpenAI's end mark as an event.</summary>
    public static ReadOnlySpan<byte> Done => "data: [DONE]\n\n"u8;

    /// <summary>Writes one event. The data must not hold a line end, which compact JSON does not.</summary>
    public static void Write(IBufferWriter<byte> target, ReadOnlySpan<byte> data, string? eventName = null)
    {
        if (eventName is not null)
        {
            target.Write("event: "u8);
            target.Write(Encoding.UTF8.GetBytes(eventName));
            target.Write("\n"u8);
        }

        target.Write("data: "u8);
        target.Write(data);
        target.Write("\n\n"u8);
    }
}
