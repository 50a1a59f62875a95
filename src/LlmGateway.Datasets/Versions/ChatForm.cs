using System.Text.Json;

namespace LlmGateway.Datasets.Versions;

/// <summary>
/// Items as conversations. An input is text (one user message), an array of messages, or an object with <c>messages</c>
/// beside which <c>tools</c> and other settings may stand; a reference is text, or an assistant message.
/// </summary>
internal static class ChatForm
{
    /// <summary>Members of an input that OpenAI's training lines have too.</summary>
    private static readonly string[] Settings = ["tools", "parallel_tool_calls", "response_format"];

    /// <summary>Whether it is a conversation that ends with an answer.</summary>
    public static bool IsSupervised(JsonElement input, JsonElement? reference) =>
        (input.ValueKind == JsonValueKind.String || MessagesOf(input) is not null)
        && reference is { } answer && (answer.ValueKind == JsonValueKind.String || IsMessage(answer));

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

    /// <summary>Writes OpenAI's supervised line of an item for which <see cref="IsSupervised"/> holds.</summary>
    public static void WriteSupervised(Utf8JsonWriter writer, JsonElement input, JsonElement reference)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("messages");
        WriteInput(writer, input);
        WriteAnswer(writer, reference);
        writer.WriteEndArray();
        foreach (var setting in input.ValueKind == JsonValueKind.Object ? Settings : [])
        {
            if (input.TryGetProperty(setting, out var value) && value.ValueKind != JsonValueKind.Null)
            {
                writer.WritePropertyName(setting);
                value.WriteTo(writer);
            }
        }

        writer.WriteEndObject();
    }

    private static void WriteInput(Utf8JsonWriter writer, JsonElement input)
    {
        if (MessagesOf(input) is not { } messages)
        {
            WriteMessage(writer, "user", input);
            return;
        }

        foreach (var message in messages.EnumerateArray())
        {
            message.WriteTo(writer);
        }
    }

    private static void WriteAnswer(Utf8JsonWriter writer, JsonElement reference)
    {
        if (reference.ValueKind == JsonValueKind.String)
        {
            WriteMessage(writer, "assistant", reference);
        }
        else
        {
            reference.WriteTo(writer);
        }
    }

    private static void WriteMessage(Utf8JsonWriter writer, string role, JsonElement content)
    {
        writer.WriteStartObject();
        writer.WriteString("role", role);
        writer.WritePropertyName("content");
        content.WriteTo(writer);
        writer.WriteEndObject();
    }
}
