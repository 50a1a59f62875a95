using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace LlmGateway.Datasets.StoredCompletions;

/// <summary>JSON whose members are others' own and pass through as they are.</summary>
internal static class StoredJson
{
    // The answer is application/json and never HTML: letters stay letters.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The object, or null if the body is not one: it was cut, or is not JSON.</summary>
    public static JsonDocument? Parse(byte[] body)
    {
        if (body.Length == 0)
        {
            return null;
        }

        try
        {
            var document = JsonDocument.Parse(body);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
            {
                return document;
            }

            document.Dispose();
            return null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>An answer of one JSON value.</summary>
    public static IResult Result(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Options))
        {
            write(writer);
        }

        return TypedResults.Bytes(buffer.WrittenMemory, "application/json");
    }

    /// <summary>OpenAI's list envelope.</summary>
    public static IResult List(IReadOnlyList<string> ids, bool hasMore, Action<Utf8JsonWriter, int> writeItem) => Result(writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("object", "list");
        writer.WriteStartArray("data");
        for (var i = 0; i < ids.Count; i++)
        {
            writeItem(writer, i);
        }

        writer.WriteEndArray();
        writer.WriteString("first_id", ids.Count > 0 ? ids[0] : null);
        writer.WriteString("last_id", ids.Count > 0 ? ids[^1] : null);
        writer.WriteBoolean("has_more", hasMore);
        writer.WriteEndObject();
    });
}
