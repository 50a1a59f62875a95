using System.Text.Json;

namespace LlmGateway.Console.Calls;

/// <summary>
/// Reads who said what from a call's bodies: chat completions, responses, messages, completions and embeddings. Bodies are what callers and
/// models wrote, so anything may be anything: what is not understood is shown as the JSON that it is.
/// </summary>
internal static class Transcript
{
    /// <summary>What was sent.</summary>
    public static List<ShownMessage> OfRequest(JsonElement? body)
    {
        if (body is not { ValueKind: JsonValueKind.Object } request)
        {
            return [];
        }

        var messages = new List<ShownMessage>();
        AddText(messages, "system", request, "instructions");
        AddText(messages, "system", request, "system");
        AddMessages(messages, request, "messages", null);
        AddMessages(messages, request, "input", "user");
        AddText(messages, "user", request, "prompt");
        return messages;
    }

    /// <summary>What came back.</summary>
    public static List<ShownMessage> OfResponse(JsonElement? body)
    {
        if (body is { ValueKind: JsonValueKind.String } stream)
        {
            return StreamedAnswer.Read(stream.GetString()!);
        }

        if (body is not { ValueKind: JsonValueKind.Object } response)
        {
            return [];
        }

        var messages = new List<ShownMessage>();
        AddChoices(messages, response);
        AddMessages(messages, response, "output", "assistant");
        if (response.Text("role") is { } role && response.TryGetProperty("content", out var content))
        {
            messages.Add(new ShownMessage(role, response.Text("stop_reason"), [.. MessageParts.OfContent(content)]));
        }

        if (response.TryGetProperty("error", out var error) && error.ValueKind == JsonValueKind.Object)
        {
            messages.Add(new ShownMessage("error", error.Text("code"), [new ShownPart(null, error.Text("message") ?? (object)error)]));
        }

        AddEmbeddings(messages, response);
        return messages;
    }

    private static void AddChoices(List<ShownMessage> messages, JsonElement response)
    {
        var choices = response.Items("choices").ToList();
        foreach (var (index, choice) in choices.Index())
        {
            var title = choices.Count > 1 ? $"{index + 1} of {choices.Count}" : null;
            var reason = choice.Text("finish_reason");
            title = reason is null or "stop" ? title : title is null ? reason : $"{title}, {reason}";
            messages.Add(choice.ValueKind == JsonValueKind.Object && choice.TryGetProperty("message", out var message)
                ? Of(message, "assistant") with { Title = title }
                : new ShownMessage("assistant", title, [new ShownPart(null, choice.Text("text") ?? (object)choice)]));
        }
    }

    private static void AddEmbeddings(List<ShownMessage> messages, JsonElement response)
    {
        var vectors = response.Items("data").Where(item => item.Text("object") == "embedding").ToList();
        if (vectors.Count > 0)
        {
            var dimensions = vectors[0].Items("embedding").Count();
            messages.Add(new ShownMessage("answer", null, [new ShownPart(null, $"{vectors.Count} vectors{(dimensions > 0 ? $" of {dimensions} numbers" : "")}")]));
        }
    }

    /// <param name="messages">Where they are added.</param>
    /// <param name="body">The body.</param>
    /// <param name="name">The member that has them: a list of messages or texts, or one text.</param>
    /// <param name="role">Whose a text without a role is; null where only messages are expected.</param>
    private static void AddMessages(List<ShownMessage> messages, JsonElement body, string name, string? role)
    {
        if (!body.TryGetProperty(name, out var found))
        {
            return;
        }

        messages.AddRange(found.ValueKind switch
        {
            JsonValueKind.Array when role is not null && found.EnumerateArray().All(item => item.ValueKind != JsonValueKind.Object) =>
                [new ShownMessage(role, null, [.. found.EnumerateArray().Select(item => new ShownPart(null, item.AsShown()))])],
            JsonValueKind.Array => found.EnumerateArray().Select(item => Of(item, role ?? "message")),
            JsonValueKind.Null => [],
            _ => [new ShownMessage(role ?? "message", null, [new ShownPart(null, found.AsShown())])],
        });
    }

    private static void AddText(List<ShownMessage> messages, string role, JsonElement body, string name)
    {
        // A managed prompt is an object here; its messages stand in the request already.
        if (body.TryGetProperty(name, out var text) && text.ValueKind is JsonValueKind.String or JsonValueKind.Array)
        {
            messages.Add(new ShownMessage(role, null, [.. MessageParts.OfContent(text)]));
        }
    }

    private static ShownMessage Of(JsonElement message, string role) => message.ValueKind != JsonValueKind.Object
        ? new ShownMessage(role, null, [new ShownPart(null, message.AsShown())])
        : new ShownMessage(message.Text("role") ?? RoleOf(message) ?? role, message.Text("name") is { } name && message.Text("role") is not null ? name : null, MessageParts.Of(message));

    /// <summary>Items of responses have types instead of roles.</summary>
    private static string? RoleOf(JsonElement item) => item.Text("type") switch
    {
        "function_call_output" => "tool",
        "function_call" or "reasoning" => "assistant",
        _ => null,
    };
}
