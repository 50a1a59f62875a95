using System.Text.Json;

namespace LlmGateway.Gateway.Dialects.Messages;

/// <summary>An answer of Anthropic's, made of a chat completion's first choice.</summary>
internal sealed class MessageAnswer(JsonElement completion, string model)
{
    /// <exception cref="JsonException">It is no chat completion.</exception>
    public void Write(Utf8JsonWriter json)
    {
        var choice = completion.Objects("choices").FirstOrDefault();
        var message = choice.Object("message") ?? throw new JsonException("A chat completion has a message.");
        json.WriteStartObject();
        json.WriteString("id", completion.Text("id"));
        json.WriteString("type", "message");
        json.WriteString("role", "assistant");
        json.WriteString("model", completion.Text("model") ?? model);
        json.WriteStartArray("content");
        WriteThoughts(json, message);
        var refusal = message.Text("refusal");
        if ((message.Text("content") ?? refusal) is { Length: > 0 } text)
        {
            json.WriteStartObject();
            json.WriteString("type", "text");
            json.WriteString("text", text);
            json.WriteEndObject();
        }

        var calls = message.Objects("tool_calls").Where(call => call.Object("function") is not null).ToList();
        for (var index = 0; index < calls.Count; index++)
        {
            WriteCall(json, calls[index], index);
        }

        json.WriteEndArray();
        json.WriteString("stop_reason", refusal is { Length: > 0 } ? "refusal" : StopReasons.FromFinishReason(choice.Text("finish_reason"), calls.Count > 0));
        json.WriteNull("stop_sequence");
        (MessageUsage.ReadOpenAI(completion.Object("usage")) ?? default).WriteAnthropic(json);
        json.WriteEndObject();
    }

    private static void WriteThoughts(Utf8JsonWriter json, JsonElement message)
    {
        JsonElement[] blocks = [.. message.Objects("thinking_blocks")];
        foreach (var block in blocks)
        {
            block.WriteTo(json);
        }

        if (blocks.Length == 0 && (message.Text("reasoning_content") ?? message.Text("reasoning")) is { Length: > 0 } thoughts)
        {
            json.WriteStartObject();
            json.WriteString("type", "thinking");
            json.WriteString("thinking", thoughts);
            json.WriteString("signature", ReasoningMark.Signature);
            json.WriteEndObject();
        }
    }

    private static void WriteCall(Utf8JsonWriter json, JsonElement call, int index)
    {
        var function = call.Object("function");
        json.WriteStartObject();
        json.WriteString("type", "tool_use");
        json.WriteString("id", call.Text("id") is { Length: > 0 } id ? id : $"call_{index}");
        json.WriteString("name", function?.Text("name"));
        json.WritePropertyName("input");
        ToolArguments.WriteObject(json, function?.Member("arguments") is { ValueKind: JsonValueKind.Object } whole ? whole.GetRawText() : function?.Text("arguments") ?? "");
        MessageEventWriter.WriteCaller(json);
        json.WriteEndObject();
    }
}
