using System.Text.Json;

namespace LlmGateway.LocalModel;

/// <summary>Reads the tools of a request and the choice among them, in the shapes of chat completions and of responses.</summary>
internal static class ToolParser
{
    /// <summary>The generation with the tools that may be called; none for the choice <c>none</c>, one for a named one.</summary>
    public static Generation WithTools(this Generation generation, RequestBody body)
    {
        var tools = Tools(body);
        generation = generation with { ParallelCalls = body.Field("parallel_tool_calls") is null || body.Flag("parallel_tool_calls") };
        if (body.Field("tool_choice") is not { } choice)
        {
            return generation with { Tools = tools };
        }

        return choice.ValueKind == JsonValueKind.String ? generation.Choose(choice.GetString()!, tools, "tool_choice")
            : choice.ValueKind != JsonValueKind.Object ? throw RequestBody.Bad("Invalid type for 'tool_choice': expected a string or an object.", "tool_choice")
            : Text(choice, "type") == "allowed_tools" ? generation.Among(Inner(choice, "allowed_tools"), tools)
            : generation with { Tools = [Named(choice, tools)], MustCall = true };
    }

    private static Generation Choose(this Generation generation, string mode, List<Tool> tools, string param) => mode switch
    {
        "none" => generation,
        "auto" => generation with { Tools = tools },
        "required" when tools.Count > 0 => generation with { Tools = tools, MustCall = true },
        "required" => throw RequestBody.Bad("'tool_choice' is 'required', and there are no 'tools'.", param),
        _ => throw RequestBody.Bad($"Invalid value: '{mode}'. Supported values are: 'none', 'auto' and 'required'.", param),
    };

    private static Generation Among(this Generation generation, JsonElement allowed, List<Tool> tools)
    {
        if (!allowed.TryGetProperty("tools", out var list) || list.ValueKind != JsonValueKind.Array)
        {
            throw RequestBody.Bad("Missing required parameter: 'tool_choice.tools'.", "tool_choice.tools");
        }

        return generation.Choose(Text(allowed, "mode") ?? "auto", [.. list.EnumerateArray().Select(tool => Named(tool, tools))], "tool_choice.mode");
    }

    private static Tool Named(JsonElement choice, List<Tool> tools)
    {
        var name = choice.ValueKind == JsonValueKind.Object ? Text(Inner(choice, "function"), "name") : null;
        return tools.FirstOrDefault(tool => tool.Name == name) ?? throw RequestBody.Bad($"Invalid 'tool_choice': no tool is named '{name}'.", "tool_choice");
    }

    // Other kinds of tools are not run here.
    private static List<Tool> Tools(RequestBody body)
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

        var function = Inner(tool, "function");
        var place = function.Equals(tool) ? param : $"{param}.function";
        var name = Text(function, "name") ?? throw RequestBody.Bad($"Missing required parameter: '{place}.name'.", $"{place}.name");
        var strict = function.TryGetProperty("strict", out var flag) && flag.ValueKind == JsonValueKind.True;
        JsonElement? parameters = function.TryGetProperty("parameters", out var schema) && schema.ValueKind == JsonValueKind.Object
            ? SchemaCheck.Usable(schema, strict, $"{place}.parameters") : null;
        return new Tool(name, Text(function, "description") ?? "", parameters);
    }

    // Chat completions wrap what responses put beside the type.
    private static JsonElement Inner(JsonElement json, string name) =>
        json.TryGetProperty(name, out var wrapped) && wrapped.ValueKind == JsonValueKind.Object ? wrapped : json;

    private static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
