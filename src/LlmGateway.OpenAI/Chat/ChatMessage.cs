using System.Text.Json;
using System.Text.Json.Serialization;

namespace LlmGateway.OpenAI;

/// <summary>A message of a conversation, asked or answered.</summary>
public sealed record ChatMessage : WireObject
{
    /// <summary><c>developer</c>, <c>system</c>, <c>user</c>, <c>assistant</c> or <c>tool</c>.</summary>
    public required string Role { get; init; }

    /// <summary>A string, a list of parts, or null; see <see cref="Text"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public JsonElement? Content { get; init; }

    public string? Name { get; init; }

    public string? Refusal { get; init; }

    public IReadOnlyList<ToolCall>? ToolCalls { get; init; }

    /// <summary>In a <c>tool</c> message, the call that it answers.</summary>
    public string? ToolCallId { get; init; }

    public IReadOnlyList<JsonElement>? Annotations { get; init; }

    /// <summary>A message of plain text.</summary>
    public static ChatMessage Of(string role, string text) =>
        new() { Role = role, Content = JsonSerializer.SerializeToElement(text, OpenAIJson.TypeInfo<string>()) };

    /// <summary>The text of <see cref="Content"/>, parts joined; null when it has none.</summary>
    public string? Text() => WireText.Text(Content);
}
