using System.Buffers;
using System.Text.Json;

namespace LlmGateway.OpenAI;

/// <summary>A response's events, which carry their numbers.</summary>
public static class NumberedEvents
{
    /// <summary>The events behind one; all of them for null. One without a number stays.</summary>
    public static byte[] After(byte[] events, long? number) => number is { } start ? Skip(events, start) : events;

    private static byte[] Skip(ReadOnlySpan<byte> events, long start)
    {
        var rest = new ArrayBufferWriter<byte>(Math.Max(1, events.Length));
        for (var length = SseFrame.Length(events, final: true); length > 0; length = SseFrame.Length(events, final: true))
        {
            if (NumberOf(SseFrame.Data(events[..length])) is not { } number || number > start)
            {
                rest.Write(events[..length]);
            }

            events = events[length..];
        }

        return rest.WrittenSpan.ToArray();
    }

    private static long? NumberOf(ReadOnlySpan<byte> data)
    {
        try
        {
            var json = data.IsEmpty ? default : JsonElement.Parse(data);
            return json.ValueKind == JsonValueKind.Object && json.TryGetProperty("sequence_number", out var number) && number.TryGetInt64(out var value) ? value : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
