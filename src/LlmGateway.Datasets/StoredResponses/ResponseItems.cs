using System.Globalization;
using System.Text;
using System.Text.Json;

namespace LlmGateway.Datasets.StoredResponses;

/// <summary>The items of requests and answers, and how they are shown.</summary>
internal static class ResponseItems
{
    /// <summary>A request's input; a bare text is a user's message.</summary>
    public static IEnumerable<JsonElement> Input(JsonElement request)
    {
        if (!request.TryGetProperty("input", out var input))
        {
            return [];
        }

        return input.ValueKind switch
        {
            JsonValueKind.Array => input.EnumerateArray(),
            JsonValueKind.String => [JsonElement.Parse(Encoding.UTF8.GetBytes($$"""{"role":"user","content":{{input.GetRawText()}}}"""))],
            _ => [],
        };
    }

    public static IEnumerable<JsonElement> Output(JsonElement answer) =>
        answer.TryGetProperty("output", out var output) && output.ValueKind == JsonValueKind.Array ? output.EnumerateArray() : [];

    /// <summary>The item's own id, or one that is made of its place and so stays the same.</summary>
    public static string IdOf(JsonElement item, Guid owner, int place)
    {
        if (Text(item, "id") is { Length: > 0 } own)
        {
            return own;
        }

        var prefix = TypeOf(item) switch
        {
            "message" => "msg",
            "function_call" => "fc",
            "function_call_output" => "fco",
            "reasoning" => "rs",
            _ => "item",
        };
        return string.Create(CultureInfo.InvariantCulture, $"{prefix}_{owner:N}{place:x4}");
    }

    /// <summary>Writes an item with what OpenAI's resources have and requests may leave out: an id, a status, contents as parts.</summary>
    public static void Write(Utf8JsonWriter writer, JsonElement item, string id)
    {
        if (item.ValueKind != JsonValueKind.Object)
        {
            item.WriteTo(writer);
            return;
        }

        var type = TypeOf(item);
        writer.WriteStartObject();
        writer.WriteString("id", id);
        writer.WriteString("type", type);
        if (!item.TryGetProperty("status", out _) && type is "message" or "function_call" or "function_call_output")
        {
            writer.WriteString("status", "completed");
        }

        foreach (var member in item.EnumerateObject())
        {
            if (member.Name == "content" && type == "message")
            {
                WriteContent(writer, member.Value, Text(item, "role") == "assistant");
            }
            else if (member.Name is not ("id" or "type"))
            {
                member.WriteTo(writer);
            }
        }

        writer.WriteEndObject();
    }

    private static void WriteContent(Utf8JsonWriter writer, JsonElement content, bool isAnswer)
    {
        writer.WriteStartArray("content");
        if (content.ValueKind == JsonValueKind.String)
        {
            writer.WriteStartObject();
            writer.WriteString("type", isAnswer ? "output_text" : "input_text");
            writer.WriteString("text", content.GetString());
            if (isAnswer)
            {
                WriteEmptyList(writer, "annotations");
                WriteEmptyList(writer, "logprobs");
            }

            writer.WriteEndObject();
        }
        else if (content.ValueKind == JsonValueKind.Array)
        {
            foreach (var part in content.EnumerateArray())
            {
                WritePart(writer, part);
            }
        }

        writer.WriteEndArray();
    }

    private static void WritePart(Utf8JsonWriter writer, JsonElement part)
    {
        if (part.ValueKind != JsonValueKind.Object)
        {
            part.WriteTo(writer);
            return;
        }

        writer.WriteStartObject();
        foreach (var member in part.EnumerateObject())
        {
            member.WriteTo(writer);
        }

        switch (Text(part, "type"))
        {
            case "input_image" when !part.TryGetProperty("detail", out _):
                writer.WriteString("detail", "auto");
                break;
            case "output_text":
                WriteEmptyListUnless(writer, part, "annotations");
                WriteEmptyListUnless(writer, part, "logprobs");
                break;
        }

        writer.WriteEndObject();
    }

    private static void WriteEmptyListUnless(Utf8JsonWriter writer, JsonElement owner, string name)
    {
        if (!owner.TryGetProperty(name, out _))
        {
            WriteEmptyList(writer, name);
        }
    }

    private static void WriteEmptyList(Utf8JsonWriter writer, string name)
    {
        writer.WriteStartArray(name);
        writer.WriteEndArray();
    }

    /// <summary>An item without a type is a message.</summary>
    private static string TypeOf(JsonElement item) => Text(item, "type") ?? "message";

    private static string? Text(JsonElement owner, string name) =>
        owner.ValueKind == JsonValueKind.Object && owner.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
