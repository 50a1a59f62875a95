using System.Text.Json;

namespace LlmGateway.Console.Calls;

/// <summary>Takes a message apart: its text, images, calls of tools and their results.</summary>
internal static class MessageParts
{
    private static readonly string[] Pictures = ["data:image/png;base64,", "data:image/jpeg;base64,", "data:image/gif;base64,", "data:image/webp;base64,"];

    /// <summary>The parts of a message or of an item.</summary>
    public static List<ShownPart> Of(JsonElement message)
    {
        var parts = new List<ShownPart>();
        if (message.TryGetProperty("content", out var content))
        {
            parts.AddRange(OfContent(content));
        }

        if (message.Text("reasoning_content") is { } thought)
        {
            parts.Insert(0, new ShownPart("reasoning", thought));
        }

        if (message.Text("refusal") is { } refusal)
        {
            parts.Add(new ShownPart("refuses", refusal));
        }

        parts.AddRange(message.Items("tool_calls").Select(OfToolCall));
        if (message.Text("tool_call_id") is { } answered && parts.Count > 0)
        {
            parts[0] = parts[0] with { Title = $"result of {answered}" };
        }

        return parts.Count > 0 ? parts : OfItem(message);
    }

    /// <summary>Content: text, or a list of parts.</summary>
    public static IEnumerable<ShownPart> OfContent(JsonElement content) => content.ValueKind switch
    {
        JsonValueKind.Null => [],
        JsonValueKind.Array => content.EnumerateArray().Select(OfPart),
        _ => [new ShownPart(null, content.AsShown())],
    };

    /// <summary>Arguments are JSON in a text; easier to read as JSON, and what is none stays as it is.</summary>
    public static object? Json(string? text)
    {
        try
        {
            return text is null ? null : JsonElement.Parse(text);
        }
        catch (JsonException)
        {
            return text;
        }
    }

    private static ShownPart OfPart(JsonElement part) => part.Text("type") switch
    {
        "text" or "input_text" or "output_text" when part.Text("text") is { } text => new ShownPart(null, text),
        "refusal" => new ShownPart("refuses", part.Text("refusal")),
        "thinking" => new ShownPart("reasoning", part.Text("thinking")),
        "image_url" or "input_image" or "image" => OfImage(part),
        "tool_use" => new ShownPart($"calls {part.Text("name")}", part.Member("input")),
        "tool_result" => new ShownPart($"result of {part.Text("tool_use_id")}", part.Member("content")),
        { } type => new ShownPart(type, part),
        null => new ShownPart(null, part.AsShown()),
    };

    private static ShownPart OfImage(JsonElement part)
    {
        var url = part.Text("image_url") ?? part.Member("image_url")?.Text("url")
            ?? (part.Member("source") is { } source && source.Text("data") is { } data ? $"data:{source.Text("media_type")};base64,{data}" : null);
        return url is null ? new ShownPart("image", part)
            : Array.Exists(Pictures, kind => url.StartsWith(kind, StringComparison.Ordinal)) ? new ShownPart("image", null) { Image = url }
            // Not fetched: whoever wrote the request would learn who looks at it.
            : new ShownPart("image, not loaded", url);
    }

    private static ShownPart OfToolCall(JsonElement call)
    {
        var function = call.Member("function") ?? call;
        return new ShownPart($"calls {function.Text("name")} ({call.Text("id")})", Json(function.Text("arguments")) ?? function);
    }

    private static List<ShownPart> OfItem(JsonElement item) => item.Text("type") switch
    {
        "function_call" => [new ShownPart($"calls {item.Text("name")} ({item.Text("call_id")})", Json(item.Text("arguments")))],
        "function_call_output" => [new ShownPart($"result of {item.Text("call_id")}", item.Member("output")?.AsShown())],
        "reasoning" => [.. item.Items("summary").Select(part => new ShownPart("reasoning", part.Text("text")))],
        { } type => [new ShownPart(type, item)],
        null => [new ShownPart(null, item)],
    };
}

/// <summary>Looking into JSON of any shape.</summary>
internal static class AnyJson
{
    public static string? Text(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    public static int? Number(this JsonElement element, string name) =>
        element.Member(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt32(out var number) ? number : null;

    public static JsonElement? Member(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) ? value : null;

    public static IEnumerable<JsonElement> Items(this JsonElement element, string name) =>
        element.Member(name) is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray() : [];

    /// <summary>A text as text, all else as JSON.</summary>
    public static object? AsShown(this JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => element.GetString(),
        JsonValueKind.Null => null,
        _ => element,
    };
}
