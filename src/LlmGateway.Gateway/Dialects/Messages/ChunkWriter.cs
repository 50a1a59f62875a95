using System.Buffers;
using System.Text.Json;

namespace LlmGateway.Gateway.Dialects.Messages;

/// <summary>Writes one chunk of a chat completion's stream.</summary>
internal static class ChunkWriter
{
    /// <param name="target">Where its data goes.</param>
    /// <param name="id">The answer's.</param>
    /// <param name="model">The model.</param>
    /// <param name="created">Unix seconds.</param>
    /// <param name="write">Writes <c>choices</c>, and <c>usage</c> where it belongs.</param>
    /// <param name="state">For <paramref name="write"/>.</param>
    public static void Write<T>(IBufferWriter<byte> target, string? id, string model, long created, Action<Utf8JsonWriter, T> write, T state)
    {
        using var json = new Utf8JsonWriter(target, JsonMembers.Relaxed);
        json.WriteStartObject();
        json.WriteString("id", id);
        json.WriteString("object", "chat.completion.chunk");
        json.WriteNumber("created", created);
        json.WriteString("model", model);
        write(json, state);
        json.WriteEndObject();
    }

    /// <summary>The one choice that a translated answer has.</summary>
    public static void WriteChoice<T>(Utf8JsonWriter json, Action<Utf8JsonWriter, T> writeDelta, T state, string? finishReason)
    {
        json.WriteStartArray("choices");
        json.WriteStartObject();
        json.WriteNumber("index", 0);
        json.WriteStartObject("delta");
        writeDelta(json, state);
        json.WriteEndObject();
        json.WriteNull("logprobs");
        json.WriteString("finish_reason", finishReason);
        json.WriteEndObject();
        json.WriteEndArray();
    }

    /// <summary>A piece of a tool call; its first has id and name.</summary>
    public static void WriteCall(Utf8JsonWriter json, int index, string? id, string? name, string arguments)
    {
        json.WriteStartArray("tool_calls");
        json.WriteStartObject();
        json.WriteNumber("index", index);
        if (id is not null)
        {
            json.WriteString("id", id);
            json.WriteString("type", "function");
        }

        json.WriteStartObject("function");
        if (name is not null)
        {
            json.WriteString("name", name);
        }

        json.WriteString("arguments", arguments);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndArray();
    }
}
