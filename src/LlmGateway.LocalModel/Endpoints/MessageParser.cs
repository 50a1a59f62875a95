using System.Text.Json;

namespace LlmGateway.LocalModel;

/// <summary>Reads messages, in the shapes of chat completions and of responses.</summary>
internal static class MessageParser
{
    /// <summary>Messages of the chat API, or of the responses API when it sends items.</summary>
    public static List<ChatTurn> Read(JsonElement messages, string param)
    {
        if (messages.ValueKind != JsonValueKind.Array)
        {
            throw RequestBody.Bad($"Invalid type for '{param}': expected an array.", param);
        }

        if (messages.GetArrayLength() == 0)
        {
            throw RequestBody.Bad($"Invalid '{param}': expected at least one item.", param);
        }

        return [.. messages.EnumerateArray().Select((message, i) => Message(message, $"{param}[{i}]"))];
    }

    private static ChatTurn Message(JsonElement message, string param)
    {
        if (message.ValueKind != JsonValueKind.Object)
        {
            throw RequestBody.Bad($"Invalid type for '{param}': expected an object.", param);
        }

        switch (Text(message, "type"))
        {
            case "function_call":
                return new ChatTurn("assistant", "");
            case "function_call_output":
                return new ChatTurn("tool", Content(message, "output", param));
        }

        var role = Text(message, "role") ?? throw RequestBody.Bad($"Missing required parameter: '{param}.role'.", $"{param}.role");
        if (role is not ("system" or "developer" or "user" or "assistant" or "tool" or "function"))
        {
            throw RequestBody.Bad($"Invalid value: '{role}'. Supported values are: 'system', 'developer', 'user', 'assistant', 'function' and 'tool'.", $"{param}.role");
        }

        return new ChatTurn(role == "function" ? "tool" : role, Content(message, "content", param));
    }

    private static string Content(JsonElement message, string field, string param)
    {
        if (!message.TryGetProperty(field, out var content) || content.ValueKind == JsonValueKind.Null)
        {
            return "";
        }

        return content.ValueKind switch
        {
            JsonValueKind.String => content.GetString()!,
            JsonValueKind.Array => string.Join('\n', content.EnumerateArray().Select(part => part.ValueKind == JsonValueKind.Object ? Text(part, "text") : null).OfType<string>()),
            _ => throw RequestBody.Bad($"Invalid type for '{param}.{field}': expected a string or an array of parts.", $"{param}.{field}"),
        };
    }

    private static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
