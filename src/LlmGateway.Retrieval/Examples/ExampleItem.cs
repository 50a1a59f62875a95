using System.Text.Json;

namespace LlmGateway.Retrieval.Examples;

/// <summary>An item of a dataset version as an example.</summary>
/// <param name="Id">Its id in the dataset.</param>
/// <param name="Input">What is asked: a text, an input's member <c>text</c>, or its last user message; else the input's JSON.</param>
/// <param name="Output">What is to be answered: a text, or an assistant message's content; else the reference's JSON. Null where it is not known.</param>
internal sealed record ExampleItem(string Id, string Input, string? Output)
{
    /// <summary>Nearly, with its terms in the index's own copy counted there.</summary>
    public long SizeBytes => 100 + (2L * (Id.Length + Input.Length + (Output?.Length ?? 0)));

    /// <param name="line">A line of a dataset's export.</param>
    public static ExampleItem Read(JsonElement line) => new(
        line.GetProperty("id").GetString()!,
        InputOf(line.GetProperty("input")),
        Member(line, "reference") is { ValueKind: not JsonValueKind.Null } reference ? OutputOf(reference) : null);

    private static string InputOf(JsonElement input)
    {
        if (Member(input, "text") is { ValueKind: JsonValueKind.String } text)
        {
            return text.GetString()!;
        }

        var messages = Member(input, "messages") ?? input;
        if (messages.ValueKind == JsonValueKind.Array
            && messages.EnumerateArray().LastOrDefault(message => Member(message, "role") is { ValueKind: JsonValueKind.String } role && role.ValueEquals("user"u8))
                is { ValueKind: JsonValueKind.Object } asked)
        {
            return ContentOf(asked);
        }

        return Plain(input);
    }

    private static string OutputOf(JsonElement reference) => Member(reference, "content") is null ? Plain(reference) : ContentOf(reference);

    /// <summary>A message's words; parts that are no text are left out.</summary>
    private static string ContentOf(JsonElement message) => Member(message, "content") switch
    {
        { ValueKind: JsonValueKind.String } content => content.GetString()!,
        { ValueKind: JsonValueKind.Array } parts => string.Join('\n', parts.EnumerateArray()
            .Select(part => Member(part, "text")).Where(text => text?.ValueKind == JsonValueKind.String).Select(text => text!.Value.GetString())),
        _ => "",
    };

    private static string Plain(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();

    private static JsonElement? Member(JsonElement value, string name) =>
        value.ValueKind == JsonValueKind.Object && value.TryGetProperty(name, out var member) ? member : null;
}
