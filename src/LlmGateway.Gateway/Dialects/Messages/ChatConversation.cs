using System.Text;
using System.Text.Json;

namespace LlmGateway.Gateway.Dialects.Messages;

/// <summary>Anthropic's messages as a chat's: each result of a tool is a message of its own, before what else the user says.</summary>
internal sealed class ChatConversation(Utf8JsonWriter json)
{
    /// <summary>Writes <c>messages</c>.</summary>
    public void Write(JsonElement messages)
    {
        json.WriteStartArray("messages");
        WriteSystem(messages);
        var index = 0;
        foreach (var message in messages.Objects("messages"))
        {
            var at = $"messages[{index++}]";
            switch (message.Text("role"))
            {
                case "assistant":
                    WriteAssistant(message);
                    break;
                case "system":
                    WriteText("system", Join(message, "content"));
                    break;
                default:
                    WriteUser(message, at);
                    break;
            }
        }

        json.WriteEndArray();
    }

    /// <summary>One message: many models' templates take no second one.</summary>
    private void WriteSystem(JsonElement messages)
    {
        if (messages.Member("system") is not null)
        {
            WriteText("system", Join(messages, "system"));
        }
    }

    private void WriteText(string role, string text)
    {
        json.WriteStartObject();
        json.WriteString("role", role);
        json.WriteString("content", text);
        json.WriteEndObject();
    }

    private static string Join(JsonElement owner, string name) =>
        owner.Text(name) ?? string.Join("\n\n", owner.Objects(name).Select(block => block.Text("text")).Where(text => !string.IsNullOrEmpty(text)));

    private void WriteAssistant(JsonElement message)
    {
        var thoughts = new StringBuilder();
        var calls = new List<JsonElement>();
        foreach (var block in message.Objects("content"))
        {
            if (block.Kind == "thinking" && block.Text("signature") == ReasoningMark.Signature)
            {
                thoughts.Append(block.Text("thinking"));
            }
            else if (block.Kind == "tool_use")
            {
                calls.Add(block);
            }
        }

        var text = message.Text("content") ?? string.Concat(message.Objects("content").Where(block => block.Kind == "text").Select(block => block.Text("text")));
        json.WriteStartObject();
        json.WriteString("role", "assistant");
        if (text.Length > 0 || calls.Count == 0)
        {
            json.WriteString("content", text);
        }
        else
        {
            json.WriteNull("content");
        }

        if (thoughts.Length > 0)
        {
            json.WriteString("reasoning_content", thoughts.ToString());
        }

        WriteCalls(calls);
        json.WriteEndObject();
    }

    private void WriteCalls(List<JsonElement> calls)
    {
        if (calls.Count == 0)
        {
            return;
        }

        json.WriteStartArray("tool_calls");
        foreach (var call in calls)
        {
            json.WriteStartObject();
            json.WriteString("id", call.Text("id"));
            json.WriteString("type", "function");
            json.WriteStartObject("function");
            json.WriteString("name", call.Text("name"));
            json.WriteString("arguments", ToolArguments.ToText(call.Member("input")));
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private void WriteUser(JsonElement message, string at)
    {
        if (message.Text("content") is { } whole)
        {
            WriteText("user", whole);
            return;
        }

        var parts = new List<(JsonElement Block, string At)>();
        var index = 0;
        foreach (var block in message.Objects("content"))
        {
            var place = $"{at}.content[{index++}]";
            if (block.Kind == "tool_result")
            {
                WriteResult(block, place, parts);
            }
            else
            {
                parts.Add((block, place));
            }
        }

        if (parts is [{ Block.Kind: "text" } only])
        {
            WriteText("user", only.Block.Text("text") ?? "");
        }
        else if (parts.Count > 0)
        {
            WriteParts(parts);
        }
    }

    /// <summary>A tool's message holds text; its pictures follow in the user's.</summary>
    private void WriteResult(JsonElement result, string at, List<(JsonElement Block, string At)> others)
    {
        var index = 0;
        foreach (var block in result.Objects("content"))
        {
            var place = $"{at}.content[{index++}]";
            if (block.Kind != "text")
            {
                others.Add((block, place));
            }
        }

        var text = Join(result, "content");
        json.WriteStartObject();
        json.WriteString("role", "tool");
        json.WriteString("tool_call_id", result.Text("tool_use_id"));
        json.WriteString("content", text.Length == 0 && result.IsTrue("is_error") ? "error" : text);
        json.WriteEndObject();
    }

    private void WriteParts(List<(JsonElement Block, string At)> parts)
    {
        json.WriteStartObject();
        json.WriteString("role", "user");
        json.WriteStartArray("content");
        foreach (var (block, at) in parts)
        {
            ChatMedia.Write(json, block, at);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
