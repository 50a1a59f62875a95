using System.Buffers;
using System.Text.Json;
using LlmGateway.OpenAI;

namespace LlmGateway.Gateway.Dialects.Messages;

/// <summary>Writes the events of an answer of Anthropic's.</summary>
internal sealed class MessageEventWriter
{
    private readonly ArrayBufferWriter<byte> _data = new();

    /// <summary>The usage is not known yet: zeros, which no real one is.</summary>
    public void WriteStart(IBufferWriter<byte> target, string? id, string model) => Write(target, "message_start", (id, model), static (json, message) =>
    {
        json.WriteStartObject("message");
        json.WriteString("id", message.id);
        json.WriteString("type", "message");
        json.WriteString("role", "assistant");
        json.WriteString("model", message.model);
        json.WriteStartArray("content");
        json.WriteEndArray();
        json.WriteNull("stop_reason");
        json.WriteNull("stop_sequence");
        default(MessageUsage).WriteAnthropic(json);
        json.WriteEndObject();
    });

    /// <summary>Begins a block of text or thoughts, empty.</summary>
    public void WriteBegin(IBufferWriter<byte> target, int index, string kind) => Write(target, "content_block_start", (index, kind), static (json, block) =>
    {
        json.WriteNumber("index", block.index);
        json.WriteStartObject("content_block");
        json.WriteString("type", block.kind);
        json.WriteString(block.kind, "");
        if (block.kind == "thinking")
        {
            json.WriteString("signature", "");
        }

        json.WriteEndObject();
    });

    public void WriteToolUse(IBufferWriter<byte> target, int index, string id, string name) => Write(target, "content_block_start", (index, id, name), static (json, call) =>
    {
        json.WriteNumber("index", call.index);
        json.WriteStartObject("content_block");
        json.WriteString("type", "tool_use");
        json.WriteString("id", call.id);
        json.WriteString("name", call.name);
        json.WriteStartObject("input");
        json.WriteEndObject();
        WriteCaller(json);
        json.WriteEndObject();
    });

    /// <summary>The model itself calls the tool, not a program that it wrote.</summary>
    public static void WriteCaller(Utf8JsonWriter json)
    {
        json.WriteStartObject("caller");
        json.WriteString("type", "direct");
        json.WriteEndObject();
    }

    /// <summary>A block that comes whole.</summary>
    public void WriteBlock(IBufferWriter<byte> target, int index, JsonElement block) => Write(target, "content_block_start", (index, block), static (json, whole) =>
    {
        json.WriteNumber("index", whole.index);
        json.WriteCopy("content_block", whole.block);
    });

    public void WriteDelta(IBufferWriter<byte> target, int index, string kind, string member, string text) =>
        Write(target, "content_block_delta", (index, kind, member, text), static (json, piece) =>
        {
            json.WriteNumber("index", piece.index);
            json.WriteStartObject("delta");
            json.WriteString("type", piece.kind);
            json.WriteString(piece.member, piece.text);
            json.WriteEndObject();
        });

    public void WriteStop(IBufferWriter<byte> target, int index) =>
        Write(target, "content_block_stop", index, static (json, index) => json.WriteNumber("index", index));

    public void WriteEnd(IBufferWriter<byte> target, string stopReason, MessageUsage usage)
    {
        Write(target, "message_delta", (stopReason, usage), static (json, end) =>
        {
            json.WriteStartObject("delta");
            json.WriteString("stop_reason", end.stopReason);
            json.WriteNull("stop_sequence");
            json.WriteEndObject();
            end.usage.WriteAnthropic(json);
        });
        Write(target, "message_stop", 0, static (_, _) => { });
    }

    private void Write<T>(IBufferWriter<byte> target, string type, T state, Action<Utf8JsonWriter, T> write)
    {
        _data.ResetWrittenCount();
        using (var json = new Utf8JsonWriter(_data, JsonMembers.Relaxed))
        {
            json.WriteStartObject();
            json.WriteString("type", type);
            write(json, state);
            json.WriteEndObject();
        }

        SseWriter.Write(target, _data.WrittenSpan, type);
    }
}
