using System.Buffers;
using System.Text.Json;
using LlmGateway.OpenAI;

namespace LlmGateway.Gateway.Dialects.Responses;

/// <summary>Writes the events of a response one after another, with their numbers.</summary>
internal sealed class ResponseEventWriter
{
    private readonly ArrayBufferWriter<byte> _data = new();
    private string _type = "";
    private int _next;

    /// <summary>Begins an event; its members follow.</summary>
    public Utf8JsonWriter Begin(string type)
    {
        _type = type;
        _data.ResetWrittenCount();
        var json = new Utf8JsonWriter(_data, JsonMembers.Relaxed);
        json.WriteStartObject();
        json.WriteString("type", type);
        json.WriteNumber("sequence_number", _next++);
        return json;
    }

    public void End(Utf8JsonWriter json, IBufferWriter<byte> target)
    {
        json.WriteEndObject();
        json.Dispose();
        SseWriter.Write(target, _data.WrittenSpan, _type);
    }
}
