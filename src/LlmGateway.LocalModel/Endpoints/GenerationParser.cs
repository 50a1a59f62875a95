using System.Text.Json;

namespace LlmGateway.LocalModel;

/// <summary>Reads messages, tools and answer formats, in the shapes of chat completions and of responses.</summary>
internal static class GenerationParser
{
    private static readonly JsonElement AnyObject = JsonDocument.Parse("""{"type":"object"}""").RootElement;

    /// <summary>Messages of the chat API, or of the responses API when it sends items.</summary>
    public static List<ChatTurn> Messages(JsonElement messages, string param)
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

    /// <summary>Functions, wrapped in "function" (chat) or not (responses). Other kinds of tools are not run here.</summary>
    public static IReadOnlyList<Tool> Tools(RequestBody body)
    {
        if (body.Field("tools") is not { } tools)
        {
            return [];
        }

        if (tools.ValueKind != JsonValueKind.Array)
        {
            throw RequestBody.Bad("Invalid type for 'tools': expected an array.", "tools");
        }

        return [.. tools.EnumerateArray().Select((tool, i) => Function(tool, $"tools[{i}]"))];
    }

    private static Tool Function(JsonElement tool, string param)
    {
        if (tool.ValueKind != JsonValueKind.Object || Text(tool, "type") != "function")
        {
            throw RequestBody.Bad($"Invalid '{param}.type': the local model supports 'function' only.", $"{param}.type");
        }

        var function = tool.TryGetProperty("function", out var wrapped) && wrapped.ValueKind == JsonValueKind.Object ? wrapped : tool;
        var name = Text(function, "name") ?? throw RequestBody.Bad($"Missing required parameter: '{param}.function.name'.", $"{param}.function.name");
        JsonElement? parameters = function.TryGetProperty("parameters", out var schema) && schema.ValueKind == JsonValueKind.Object ? Checked(schema, $"{param}.function.parameters") : null;
        return new Tool(name, Text(function, "description") ?? "", parameters);
    }

    public static string ToolChoice(RequestBody body, IReadOnlyList<Tool> tools)
    {
        if (body.Field("tool_choice") is not { } choice)
        {
            return "auto";
        }

        var name = choice.ValueKind switch
        {
            JsonValueKind.String => choice.GetString()!,
            JsonValueKind.Object when choice.TryGetProperty("function", out var function) && function.ValueKind == JsonValueKind.Object => Text(function, "name"),
            JsonValueKind.Object => Text(choice, "name"),
            _ => null,
        };
        return name is "auto" or "none" or "required" || tools.Any(tool => tool.Name == name) ? name!
            : throw RequestBody.Bad($"Invalid 'tool_choice': no tool is named '{name}'.", "tool_choice");
    }

    /// <summary>The schema of <c>response_format</c> (chat: inside "json_schema") or <c>text.format</c> (responses: beside the type).</summary>
    public static JsonElement? Schema(JsonElement? format, string param)
    {
        if (format is not { ValueKind: JsonValueKind.Object } given)
        {
            return null;
        }

        switch (Text(given, "type"))
        {
            case "text":
                return null;
            case "json_object":
                return AnyObject;
            case "json_schema":
                var holder = given.TryGetProperty("json_schema", out var wrapped) && wrapped.ValueKind == JsonValueKind.Object ? wrapped : given;
                var place = holder.Equals(given) ? param : $"{param}.json_schema";
                return holder.TryGetProperty("schema", out var schema) && schema.ValueKind == JsonValueKind.Object ? Checked(schema, $"{param}.json_schema.schema")
                    : throw RequestBody.Bad($"Missing required parameter: '{place}.schema'.", $"{place}.schema");
            default:
                throw RequestBody.Bad($"Invalid '{param}.type': supported are 'text', 'json_object' and 'json_schema'.", $"{param}.type");
        }
    }

    private static JsonElement Checked(JsonElement schema, string param) =>
        SupportedKeywords.NotObeyed(schema) is { Count: > 0 } ignored
            ? throw RequestBody.Bad($"Invalid schema: the local model does not obey {string.Join(", ", ignored.Select(keyword => $"'{keyword}'"))}.", param)
            : schema;

    private static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
