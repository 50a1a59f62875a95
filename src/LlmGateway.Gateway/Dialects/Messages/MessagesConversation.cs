using System.Text.Json;
using LlmGateway.Service;

namespace LlmGateway.Gateway.Dialects.Messages;

/// <summary>
/// A chat's messages as Anthropic's: instructions stand apart, neighbours of one role become one turn, and results of tools
/// stand in the user's.
/// </summary>
internal sealed class MessagesConversation(Utf8JsonWriter json)
{
    private string? _role;

    /// <summary>Whether the model is in the midst of tool calls that its thoughts are missing of.</summary>
    public static bool LacksThinking(JsonElement chat)
    {
        var last = chat.Objects("messages").LastOrDefault(message => message.Text("role") is "assistant" or "user");
        return last.Text("role") == "assistant" && last.Objects("tool_calls").Any() && !last.Objects("thinking_blocks").Any();
    }

    /// <summary>Writes <c>system</c> and <c>messages</c>.</summary>
    public void Write(JsonElement chat)
    {
        JsonElement[] all = [.. chat.Objects("messages")];
        var onlyInstructions = all.All(IsInstruction);
        if (!onlyInstructions && all.Any(IsInstruction))
        {
            json.WriteStartArray("system");
            foreach (var message in all.Where(IsInstruction))
            {
                WriteTexts(message);
            }

            json.WriteEndArray();
        }

        json.WriteStartArray("messages");
        for (var index = 0; index < all.Length; index++)
        {
            var message = all[index];
            var at = $"messages[{index}]";
            if (message.Text("role") == "assistant")
            {
                WriteAssistant(message, isLast: index == all.Length - 1);
            }
            else if (message.Text("role") is "tool" or "function")
            {
                WriteResult(message, at);
            }
            else if (onlyInstructions || !IsInstruction(message))
            {
                WriteParts("user", message, at);
            }
        }

        Close();
        json.WriteEndArray();
    }

    private static bool IsInstruction(JsonElement message) => message.Text("role") is "system" or "developer";

    /// <summary>The texts of an instruction, as blocks.</summary>
    private void WriteTexts(JsonElement message)
    {
        if (message.Text("content") is { } whole)
        {
            WriteText(null, whole, message.Member("cache_control"));
            return;
        }

        foreach (var part in message.Objects("content"))
        {
            WriteText(null, part.Text("text") ?? "", part.Member("cache_control") ?? message.Member("cache_control"));
        }
    }

    private void WriteAssistant(JsonElement message, bool isLast)
    {
        foreach (var block in message.Objects("thinking_blocks"))
        {
            Open("assistant");
            block.WriteTo(json);
        }

        var calls = message.Objects("tool_calls").Where(call => call.Object("function") is not null).ToList();
        string?[] texts = message.Text("content") is { } whole
            ? [whole]
            : [.. message.Objects("content").Select(part => part.Text("text") ?? part.Text("refusal"))];
        for (var index = 0; index < texts.Length; index++)
        {
            // What the model is to go on from must not end in white space.
            var isEnd = isLast && calls.Count == 0 && index == texts.Length - 1;
            WriteText("assistant", isEnd ? texts[index]?.TrimEnd() : texts[index], message.Member("cache_control"));
        }

        foreach (var call in calls)
        {
            Open("assistant");
            json.WriteStartObject();
            json.WriteString("type", "tool_use");
            json.WriteString("id", call.Text("id"));
            json.WriteString("name", call.Object("function")?.Text("name"));
            json.WritePropertyName("input");
            ToolArguments.WriteObject(json, call.Object("function")?.Text("arguments") ?? "");
            json.WriteEndObject();
        }
    }

    private void WriteResult(JsonElement message, string at)
    {
        Open("user");
        json.WriteStartObject();
        json.WriteString("type", "tool_result");
        json.WriteString("tool_use_id", message.Text("tool_call_id") ?? message.Text("name"));
        if (message.Text("content") is { } text)
        {
            json.WriteString("content", text);
        }
        else
        {
            json.WriteStartArray("content");
            WriteParts(null, message, at);
            json.WriteEndArray();
        }

        json.WriteCopy("cache_control", message.Member("cache_control"));
        json.WriteEndObject();
    }

    /// <summary>Texts, pictures and documents; in a turn of a role, or in the list that is open.</summary>
    private void WriteParts(string? role, JsonElement message, string at)
    {
        if (message.Text("content") is { } whole)
        {
            WriteText(role, whole, message.Member("cache_control"));
            return;
        }

        var index = 0;
        foreach (var part in message.Objects("content"))
        {
            var place = $"{at}.content[{index++}]";
            var cache = part.Member("cache_control");
            if (part.Text("text") is { } text)
            {
                WriteText(role, text, cache);
                continue;
            }

            Open(role);
            json.WriteStartObject();
            MessageMedia.Write(json, part, place);
            json.WriteCopy("cache_control", cache);
            json.WriteEndObject();
        }
    }

    /// <summary>Empty texts are refused, and say nothing.</summary>
    private void WriteText(string? role, string? text, JsonElement? cache)
    {
        if (string.IsNullOrEmpty(text))
        {
            return;
        }

        Open(role);
        json.WriteStartObject();
        json.WriteString("type", "text");
        json.WriteString("text", text);
        json.WriteCopy("cache_control", cache);
        json.WriteEndObject();
    }

    private void Open(string? role)
    {
        if (role is null || role == _role)
        {
            return;
        }

        Close();
        _role = role;
        json.WriteStartObject();
        json.WriteString("role", role);
        json.WriteStartArray("content");
    }

    private void Close()
    {
        if (_role is not null)
        {
            json.WriteEndArray();
            json.WriteEndObject();
        }
    }
}
