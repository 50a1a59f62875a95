using System.Text.Json;

namespace LlmGateway.Console.Parts;

/// <summary>The beginning of a text or of anything else, for a cell of a table: all of it would be sent to the browser.</summary>
internal static class Preview
{
    private const int Length = 160;

    /// <summary>On one line; what has a text alone, such as the last message of a conversation, is that text.</summary>
    public static string Of(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Undefined or JsonValueKind.Null => Figures.Unknown,
        JsonValueKind.String => Of(value.GetString()!),
        JsonValueKind.Object when value.TryGetProperty("messages", out var messages) => Of(messages),
        JsonValueKind.Object when value.TryGetProperty("content", out var content) && content.ValueKind == JsonValueKind.String => Of(content),
        JsonValueKind.Array when value.GetArrayLength() > 0 && value[value.GetArrayLength() - 1].ValueKind == JsonValueKind.Object => Of(value[value.GetArrayLength() - 1]),
        _ => Of(value.GetRawText()),
    };

    public static string Of(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return text is null ? Figures.Unknown : "(empty)";
        }

        var line = string.Create(Math.Min(text.Length, Length), text, static (span, from) =>
        {
            for (var index = 0; index < span.Length; index++)
            {
                span[index] = char.IsControl(from[index]) ? ' ' : from[index];
            }
        });
        return BidiControls.Show(text.Length > Length ? $"{line}…" : line);
    }
}
