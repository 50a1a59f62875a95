using System.Text.Json;

namespace LlmGateway.Datasets.Versions;

/// <summary>
/// Items as conversations. An input is text (one user message), an array of messages, or an object with <c>messages</c>
/// beside which <c>tools</c> and other settings may stand; a reference is text, or an assistant message.
/// </summary>
internal static class ChatForm
{
    /// <summary>Whether it is a conversation that ends with an answer.</summary>
    public static bool IsSupervised(JsonElement input, JsonElement? reference) =>
        (input.ValueKind == JsonValueKind.String || MessagesOf(input) is not null)
        && reference is { } answer && IsAnswer(answer);

    /// <summary>Whether an output is text or the assistant's message.</summary>
    public static bool IsAnswer(JsonElement output) =>
        output.ValueKind == JsonValueKind.String || (IsMessage(output) && output.GetProperty("role").ValueEquals("assistant"));

    /// <summary>The messages of an input that has any.</summary>
    public static JsonElement? MessagesOf(JsonElement input)
    {
        var messages = input.ValueKind == JsonValueKind.Object && input.TryGetProperty("messages", out var member) ? member : input;
        return messages.ValueKind == JsonValueKind.Array && messages.GetArrayLength() > 0 && messages.EnumerateArray().All(IsMessage) ? messages : null;
    }

    public static bool IsMessage(JsonElement value) => value.ValueKind == JsonValueKind.Object
        && value.TryGetProperty("role", out var role) && role.ValueKind == JsonValueKind.String;

    /// <summary>A message's text where it says nothing else, so that it compares with an output; else the message.</summary>
    public static JsonElement Simplify(JsonElement message) =>
        message.EnumerateObject().All(member => member.Name is "role" or "content" || member.Value.ValueKind is JsonValueKind.Null
            || (member.Value.ValueKind == JsonValueKind.Array && member.Value.GetArrayLength() == 0))
        && message.TryGetProperty("content", out var content) && content.ValueKind == JsonValueKind.String ? content : message;

    /// <summary>The message that says a text.</summary>
    public static JsonElement MessageOf(string role, JsonElement text) => JsonElement.Parse($$"""{"role":"{{role}}","content":{{text.GetRawText()}}}""");
}
