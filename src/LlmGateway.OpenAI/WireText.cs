using System.Text.Json;

namespace LlmGateway.OpenAI;

/// <summary>Reads members that are a string or a list.</summary>
internal static class WireText
{
    /// <summary>One string, or the strings of a list; empty for anything else.</summary>
    public static IReadOnlyList<string> Strings(JsonElement? value) => value switch
    {
        { ValueKind: JsonValueKind.String } one => [one.GetString()!],
        { ValueKind: JsonValueKind.Array } many =>
            [.. many.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.String).Select(item => item.GetString()!)],
        _ => [],
    };

    /// <summary>One string, or the texts of content parts joined by nothing; null when there is no text.</summary>
    public static string? Text(JsonElement? content) => content switch
    {
        { ValueKind: JsonValueKind.String } text => text.GetString(),
        { ValueKind: JsonValueKind.Array } parts => Joined(parts),
        _ => null,
    };

    private static string? Joined(JsonElement parts)
    {
        string? text = null;
        foreach (var part in parts.EnumerateArray())
        {
            if (part.ValueKind == JsonValueKind.String)
            {
                text += part.GetString();
            }
            else if (part.ValueKind == JsonValueKind.Object
                && part.TryGetProperty("text", out var value) && value.ValueKind == JsonValueKind.String)
            {
                text += value.GetString();
            }
        }

        return text;
    }
}
