using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace LlmGateway.Datasets.Versions;

/// <summary>
/// One spelling for JSON that says the same: members in the order of their names, no white space, the fewest escapes.
/// Numbers stay as they were written. Not for use by two at a time.
/// </summary>
internal sealed class CanonicalJson : IDisposable
{
    private readonly ArrayBufferWriter<byte> _buffer = new(4 << 10);
    private readonly Utf8JsonWriter _writer;

    public CanonicalJson() => _writer = new Utf8JsonWriter(_buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    /// <returns>UTF-8, valid until the next call.</returns>
    /// <exception cref="InvalidOperationException">A string is not valid Unicode.</exception>
    public ReadOnlySpan<byte> Of(JsonElement value)
    {
        Reset();
        Write(value);
        return Written();
    }

    /// <summary>The same for values whose texts differ only in case and white space: in lower case, with one blank between words and none around them.</summary>
    /// <inheritdoc cref="Of(JsonElement)"/>
    public ReadOnlySpan<byte> OfNormalised(JsonElement value)
    {
        Reset();
        Write(value, normalises: true);
        return Written();
    }

    /// <summary>An object of the given members, those that are null left out.</summary>
    /// <inheritdoc cref="Of(JsonElement)"/>
    public ReadOnlySpan<byte> Of(params ReadOnlySpan<(string Name, JsonElement? Value)> members)
    {
        Reset();
        _writer.WriteStartObject();
        foreach (var (name, value) in members)
        {
            if (value is { } present)
            {
                _writer.WritePropertyName(name);
                Write(present);
            }
        }

        _writer.WriteEndObject();
        return Written();
    }

    /// <summary>Whether all of a value's text is valid Unicode, which JSON does not demand: an escape can be half of a surrogate pair.</summary>
    public static bool IsUnicode(JsonElement value)
    {
        if (JsonMarshal.GetRawUtf8Value(value).IndexOf("\\u"u8) < 0)
        {
            return true;
        }

        try
        {
            using var json = new CanonicalJson();
            return json.Of(value).Length > 0;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    public void Dispose() => _writer.Dispose();

    private void Reset()
    {
        _buffer.ResetWrittenCount();
        _writer.Reset();
    }

    private ReadOnlySpan<byte> Written()
    {
        _writer.Flush();
        return _buffer.WrittenSpan;
    }

    private void Write(JsonElement value, bool normalises = false)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                _writer.WriteStartObject();
                foreach (var member in value.EnumerateObject().OrderBy(member => member.Name, StringComparer.Ordinal))
                {
                    _writer.WritePropertyName(member.Name);
                    Write(member.Value, normalises);
                }

                _writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                _writer.WriteStartArray();
                foreach (var element in value.EnumerateArray())
                {
                    Write(element, normalises);
                }

                _writer.WriteEndArray();
                break;
            case JsonValueKind.String:
                _writer.WriteStringValue(normalises ? Normalise(value.GetString()!) : value.GetString());
                break;
            default:
                value.WriteTo(_writer);
                break;
        }
    }

    private static string Normalise(string text) =>
        string.Join(' ', text.ToLowerInvariant().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
