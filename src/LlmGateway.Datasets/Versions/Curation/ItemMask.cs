using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using LlmGateway.Text.PersonalData;

namespace LlmGateway.Datasets.Versions.Curation;

/// <summary>Puts placeholders in place of personal data in one item's texts; numbers, names of members and pictures stay.</summary>
internal sealed class ItemMask(PersonalDataFinder finder)
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Dictionary<(string Kind, string Value), string> _placeholders = [];
    private readonly SortedDictionary<string, int> _found = new(StringComparer.Ordinal);

    /// <summary>What was found, by kind.</summary>
    public IReadOnlyDictionary<string, int> Found => _found;

    public JsonElement? Of(JsonElement? value) => value is { } present ? Of(present) : null;

    /// <summary>The value with placeholders; the same one if there is nothing to mask.</summary>
    public JsonElement Of(JsonElement value)
    {
        var before = _found.Values.Sum();
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Options))
        {
            Write(writer, value);
        }

        return _found.Values.Sum() == before ? value : JsonElement.Parse(buffer.WrittenSpan);
    }

    private void Write(Utf8JsonWriter writer, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var member in value.EnumerateObject())
                {
                    writer.WritePropertyName(member.Name);
                    Write(writer, member.Value);
                }

                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var element in value.EnumerateArray())
                {
                    Write(writer, element);
                }

                writer.WriteEndArray();
                break;
            case JsonValueKind.String:
                writer.WriteStringValue(Mask(value.GetString()!));
                break;
            default:
                value.WriteTo(writer);
                break;
        }
    }

    private string Mask(string text)
    {
        if (text.StartsWith("data:", StringComparison.Ordinal) || finder.Find(text) is not { Count: > 0 } matches)
        {
            return text;
        }

        var masked = new StringBuilder(text.Length);
        var position = 0;
        foreach (var (start, end, kind, _) in matches)
        {
            var name = kind.ToLowerInvariant();
            _found[name] = _found.GetValueOrDefault(name) + 1;
            masked.Append(text, position, start - position).Append(PlaceholderOf(kind, text[start..end]));
            position = end;
        }

        return masked.Append(text, position, text.Length - position).ToString();
    }

    private string PlaceholderOf(string kind, string value)
    {
        if (!_placeholders.TryGetValue((kind, value), out var placeholder))
        {
            var number = _placeholders.Keys.Count(known => known.Kind == kind) + 1;
            _placeholders[(kind, value)] = placeholder = string.Create(CultureInfo.InvariantCulture, $"<{kind}_{number}>");
        }

        return placeholder;
    }
}
