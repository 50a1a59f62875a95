using System.Globalization;
using System.Text.Json;
using LlmGateway.Datasets.Inferences;
using LlmGateway.Service;
using Microsoft.AspNetCore.Http;

namespace LlmGateway.Datasets.StoredCompletions;

/// <summary>The messages that were sent with a stored completion; their ids are <c>&lt;completion id&gt;-&lt;index&gt;</c>.</summary>
internal static class StoredMessages
{
    /// <exception cref="ApiException"><c>after</c> names no message (400).</exception>
    public static IResult List(Inference row, InferenceBody? bodies, PageQuery page)
    {
        using var request = StoredJson.Parse(BodyCodec.Unpack(bodies?.Request ?? []));
        if (request is null || !request.RootElement.TryGetProperty("messages", out var sent) || sent.ValueKind != JsonValueKind.Array)
        {
            return ApiErrors.NotFound($"The request of '{row.BodyId}' was too large to be kept whole.", "completion_id", "body_not_kept");
        }

        var messages = sent.EnumerateArray().ToArray();
        var order = Enumerable.Range(0, messages.Length);
        var rest = (page.Descending ? order.Reverse() : order).ToList();
        if (page.After is { } after)
        {
            rest.RemoveRange(0, Place(rest, row, after) + 1);
        }

        var shown = rest.Take(page.Limit).ToArray();
        return StoredJson.List(
            [.. shown.Select(index => MessageId(row, index))],
            rest.Count > shown.Length,
            (writer, at) => WriteMessage(writer, MessageId(row, shown[at]), messages[shown[at]]));
    }

    private static string MessageId(Inference row, int index) => string.Create(CultureInfo.InvariantCulture, $"{row.BodyId}-{index}");

    private static int Place(List<int> rest, Inference row, string after)
    {
        var at = rest.FindIndex(index => MessageId(row, index) == after);
        return at >= 0 ? at : throw InferenceLookup.UnknownAfter(after);
    }

    /// <summary>Content parts stand in <c>content_parts</c>; <c>content</c> is text or null.</summary>
    private static void WriteMessage(Utf8JsonWriter writer, string id, JsonElement message)
    {
        writer.WriteStartObject();
        writer.WriteString("id", id);
        var isObject = message.ValueKind == JsonValueKind.Object;
        var content = isObject && message.TryGetProperty("content", out var value) ? value : default;
        WriteIf(writer, "content", content, content.ValueKind == JsonValueKind.String);
        WriteIf(writer, "content_parts", content, content.ValueKind == JsonValueKind.Array);
        foreach (var name in (ReadOnlySpan<string>)["name", "refusal"])
        {
            var found = isObject && message.TryGetProperty(name, out var member) ? member : default;
            WriteIf(writer, name, found, found.ValueKind != JsonValueKind.Undefined);
        }

        if (isObject)
        {
            foreach (var member in message.EnumerateObject().Where(member => member.Name is not ("id" or "content" or "content_parts" or "name" or "refusal")))
            {
                member.WriteTo(writer);
            }
        }

        writer.WriteEndObject();
    }

    private static void WriteIf(Utf8JsonWriter writer, string name, JsonElement value, bool present)
    {
        writer.WritePropertyName(name);
        if (present)
        {
            value.WriteTo(writer);
        }
        else
        {
            writer.WriteNullValue();
        }
    }
}
