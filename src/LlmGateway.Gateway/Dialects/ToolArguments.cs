using System.Text;
using System.Text.Json;

namespace LlmGateway.Gateway.Dialects;

/// <summary>
/// A tool call's arguments: in chat completions a text, as the model wrote it; in messages an object. A text that is no object
/// stands in one under a name of its own, and so comes back as it was.
/// </summary>
internal static class ToolArguments
{
    private const string Malformed = "malformed_arguments";

    /// <summary>Writes a text as the object's value.</summary>
    public static void WriteObject(Utf8JsonWriter json, string text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            json.WriteStartObject();
            json.WriteEndObject();
        }
        else if (TryParse(text) is { } parsed)
        {
            parsed.WriteTo(json);
        }
        else
        {
            json.WriteStartObject();
            json.WriteString(Malformed, text);
            json.WriteEndObject();
        }
    }

    /// <summary>The text of an object.</summary>
    public static string ToText(JsonElement? value) => value switch
    {
        null => "{}",
        { ValueKind: JsonValueKind.String } text => text.GetString()!,
        { } owner when owner.Text(Malformed) is { } text && owner.GetPropertyCount() == 1 => text,
        { } owner => owner.GetRawText(),
    };

    /// <summary>Whether a text is a whole object, so that nothing can follow it.</summary>
    public static bool IsWhole(string text) => TryParse(text) is not null;

    private static JsonElement? TryParse(string text)
    {
        try
        {
            var value = JsonElement.Parse(Encoding.UTF8.GetBytes(text));
            return value.ValueKind == JsonValueKind.Object ? value : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
