using System.Buffers;
using System.Text.Json;
using LlmGateway.Gateway.Requests;
using LlmGateway.OpenAI;
using LlmGateway.Service;

namespace LlmGateway.Gateway.Forwarding;

/// <summary>The event that ends a stream in place of its missing rest, in the form of the stream's own API.</summary>
internal static class StreamError
{
    /// <param name="target">Where the event goes.</param>
    /// <param name="error">What happened.</param>
    /// <param name="operation">The API.</param>
    /// <param name="eventsSent">How many events went before: the sequence number, which the responses API counts from 0.</param>
    public static void Write(IBufferWriter<byte> target, ApiError error, Operation operation, int eventsSent)
    {
        if (operation == Operation.Messages)
        {
            SseWriter.Write(target, error.ToAnthropicJson(null), "error");
            return;
        }

        if (operation != Operation.Responses)
        {
            SseWriter.Write(target, error.ToJson(), null);
            return;
        }

        var data = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(data))
        {
            json.WriteStartObject();
            json.WriteString("type", "error");
            json.WriteString("code", error.Code);
            json.WriteString("message", error.Message);
            json.WriteString("param", error.Param);
            json.WriteNumber("sequence_number", eventsSent);
            json.WriteEndObject();
        }

        SseWriter.Write(target, data.WrittenSpan, "error");
    }
}
