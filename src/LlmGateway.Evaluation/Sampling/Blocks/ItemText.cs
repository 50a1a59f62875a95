using System.Text.Json;

namespace LlmGateway.Evaluation.Sampling.Blocks;

/// <summary>What a dataset's item says, whatever form its fields have.</summary>
internal static class ItemText
{
    /// <summary>An input's text: itself, its member <c>text</c>, or its last user message; else its JSON.</summary>
    public static string OfInput(JsonElement input)
    {
        if (input.ValueKind == JsonValueKind.Object && Member(input, "text") is { ValueKind: JsonValueKind.String } text)
        {
            return text.GetString()!;
        }

        var messages = Member(input, "messages") ?? input;
        return messages.ValueKind == JsonValueKind.Array && LastUserIndex(messages) is { } asked ? OfMessage(messages[asked]) : Plain(input);
    }

    /// <summary>A reference's text: itself, or an assistant message's content; else its JSON.</summary>
    public static string OfReference(JsonElement reference) => Member(reference, "content") is null ? Plain(reference) : OfMessage(reference);

    /// <summary>A message's words; parts that are no text are left out.</summary>
    public static string OfMessage(JsonElement message) => Member(message, "content") switch
    {
        { ValueKind: JsonValueKind.String } content => content.GetString()!,
        { ValueKind: JsonValueKind.Array } parts => string.Join('\n', parts.EnumerateArray()
            .Select(part => Member(part, "text")).Where(text => text?.ValueKind == JsonValueKind.String).Select(text => text!.Value.GetString())),
        _ => "",
    };

    /// <summary>Null where no user speaks.</summary>
    public static int? LastUserIndex(JsonElement messages)
    {
        for (var index = messages.GetArrayLength() - 1; index >= 0; index--)
        {
            if (Member(messages[index], "role") is { ValueKind: JsonValueKind.String } role && role.ValueEquals("user"))
            {
                return index;
            }
        }

        return null;
    }

    private static string Plain(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString()! : JsonText.Compact(value);

    private static JsonElement? Member(JsonElement value, string name) =>
        value.ValueKind == JsonValueKind.Object && value.TryGetProperty(name, out var member) ? member : null;
}
