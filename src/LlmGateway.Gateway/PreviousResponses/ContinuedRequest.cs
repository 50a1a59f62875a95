using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using LlmGateway.Gateway.Requests;
using LlmGateway.Service;

namespace LlmGateway.Gateway.PreviousResponses;

/// <summary>A request with the earlier turns in its input: behind the messages of its managed prompt, before its own. Other values keep their bytes.</summary>
internal static class ContinuedRequest
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>Whether an item means something to a provider that did not make it: what was said and called, not what a provider kept for itself.</summary>
    public static bool IsForAnyProvider(JsonElement item) =>
        item.ValueKind == JsonValueKind.Object
        && (!item.TryGetProperty("type", out var type)
            || (type.ValueKind == JsonValueKind.String
                && type.GetString() is "message" or "function_call" or "function_call_output" or "custom_tool_call" or "custom_tool_call_output"));

    /// <param name="body">The request.</param>
    /// <param name="earlier">The earlier turns.</param>
    /// <param name="promptMessages">How many of the request's first items are its managed prompt's.</param>
    /// <exception cref="ApiException">400: the input is of a wrong type.</exception>
    public static ReadOnlyMemory<byte> Write(ReadOnlyMemory<byte> body, IEnumerable<JsonElement> earlier, int promptMessages)
    {
        var target = new ArrayBufferWriter<byte>(body.Length + 4096);
        using var json = new Utf8JsonWriter(target, Options);
        using var document = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = RequestScanner.MaxDepth });
        json.WriteStartObject();
        foreach (var member in document.RootElement.EnumerateObject())
        {
            if (member.Name is not ("input" or "previous_response_id"))
            {
                json.WritePropertyName(member.Name);
                Copy(json, member.Value);
            }
        }

        json.WriteStartArray("input");
        var own = Own(document.RootElement);
        foreach (var item in own.Take(promptMessages))
        {
            Copy(json, item);
        }

        foreach (var item in earlier)
        {
            Copy(json, item);
        }

        foreach (var item in own.Skip(promptMessages))
        {
            Write(json, item);
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
        return target.WrittenMemory;
    }

    private static List<JsonElement> Own(JsonElement request)
    {
        if (!request.TryGetProperty("input", out var input))
        {
            return [];
        }

        return input.ValueKind switch
        {
            JsonValueKind.Array => [.. input.EnumerateArray()],
            JsonValueKind.String => [input],
            JsonValueKind.Null => [],
            _ => throw new ApiException(ApiErrors.BadRequest("Invalid type for 'input': expected a string or an array of items.", "input", "invalid_type")),
        };
    }

    /// <summary>A bare text is a user's message.</summary>
    private static void Write(Utf8JsonWriter json, JsonElement item)
    {
        if (item.ValueKind != JsonValueKind.String)
        {
            Copy(json, item);
            return;
        }

        json.WriteStartObject();
        json.WriteString("role", "user");
        json.WritePropertyName("content");
        Copy(json, item);
        json.WriteEndObject();
    }

    private static void Copy(Utf8JsonWriter json, JsonElement value) => json.WriteRawValue(JsonMarshal.GetRawUtf8Value(value), skipInputValidation: true);
}
