using System.Text.Json;
using System.Text.Unicode;

namespace LlmGateway.Datasets.Versions.Imports;

/// <summary>A line of JSON.</summary>
internal static class JsonLine
{
    public const string NotUtf8 = "it is not valid UTF-8: save the file as UTF-8";

    /// <summary>Of a name that stands twice one value would be lost without a word.</summary>
    private static readonly JsonDocumentOptions Options = new() { AllowDuplicateProperties = false };

    /// <exception cref="LineException">It is no JSON object of valid text.</exception>
    public static JsonElement ReadObject(byte[] line)
    {
        if (line.AsSpan().Contains((byte)0))
        {
            throw new LineException("it has a NUL; the file must be text in UTF-8");
        }

        if (!Utf8.IsValid(line))
        {
            throw new LineException(NotUtf8);
        }

        try
        {
            var value = JsonElement.Parse(line, Options);
            return value.ValueKind != JsonValueKind.Object ? throw new LineException("expected a JSON object")
                : CanonicalJson.IsUnicode(value) ? value
                : throw new LineException("its text is not valid Unicode");
        }
        catch (JsonException exception)
        {
            throw new LineException(exception.BytePositionInLine is { } place ? $"not valid JSON at byte {place}" : "not valid JSON: a name stands twice in one object");
        }
    }

    /// <summary>Refuses members that the format does not have: a misspelt one would be lost without a word.</summary>
    /// <param name="value">An object.</param>
    /// <param name="place">Its path with a dot behind it; empty for the line itself.</param>
    /// <param name="names">Those there are.</param>
    /// <exception cref="LineException">It has another one.</exception>
    public static void Only(JsonElement value, string place, params IReadOnlyList<string> names)
    {
        foreach (var member in value.EnumerateObject())
        {
            if (!names.Contains(member.Name))
            {
                throw new LineException($"unknown field '{place}{member.Name}': expected {string.Join(", ", names)}");
            }
        }
    }

    /// <summary>A member, unless it is missing or null.</summary>
    public static JsonElement? Find(this JsonElement value, string name) =>
        value.ValueKind == JsonValueKind.Object && value.TryGetProperty(name, out var member) && member.ValueKind != JsonValueKind.Null ? member : null;
}
