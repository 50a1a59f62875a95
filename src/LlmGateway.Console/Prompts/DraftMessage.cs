using System.Text.Json;
using System.Text.Json.Nodes;

namespace LlmGateway.Console.Prompts;

/// <summary>A message that is being written.</summary>
public sealed class DraftMessage
{
    public string Role { get; set; } = "user";

    public string Content { get; set; } = "";

    /// <summary>A message that is more than a text, such as one with a picture or calls of tools: it is shown, and sent as it is.</summary>
    public JsonObject? Whole { get; init; }

    /// <summary>A message of a request as OpenAI has it.</summary>
    public static DraftMessage Of(JsonElement message)
    {
        var role = message.TryGetProperty("role", out var named) ? named.ToString() : "user";
        return message.TryGetProperty("content", out var content) && Text(content) is { } text && !message.TryGetProperty("tool_calls", out _) && role != "tool"
            ? new DraftMessage { Role = role, Content = text }
            : new DraftMessage { Role = role, Whole = JsonObject.Create(message) };
    }

    public JsonObject ToJson() => Whole is { } whole ? whole.DeepClone().AsObject() : new JsonObject { ["role"] = Role, ["content"] = Content };

    /// <summary>A text, or parts of text alone; null for anything else.</summary>
    private static string? Text(JsonElement content) => content.ValueKind switch
    {
        JsonValueKind.String => content.GetString(),
        JsonValueKind.Array when content.EnumerateArray().All(part => part.ValueKind == JsonValueKind.Object && part.TryGetProperty("text", out var text) && text.ValueKind == JsonValueKind.String) =>
            string.Join('\n', content.EnumerateArray().Select(part => part.GetProperty("text").GetString())),
        _ => null,
    };
}
