using System.Text.Json;

namespace LlmGateway.Gateway.Dialects.Responses;

/// <summary>
/// A response's tools as a chat completion's. Functions are the same under another form; tools that OpenAI runs itself have no
/// counterpart, and what becomes of them the route says.
/// </summary>
internal sealed class ChatTools
{
    private readonly JsonElement _request;
    private readonly TranslationContext _context;
    private readonly List<JsonElement> _functions = [];

    public ChatTools(JsonElement request, TranslationContext context)
    {
        (_request, _context) = (request, context);
        if (request.Member("tools") is not { } tools)
        {
            return;
        }

        if (tools.ValueKind != JsonValueKind.Array)
        {
            throw ChatRequest.InvalidType("tools", "an array of tools");
        }

        var index = 0;
        foreach (var tool in tools.EnumerateArray())
        {
            Read(tool, $"tools[{index++}]");
        }
    }

    public void Write(Utf8JsonWriter json)
    {
        var choice = _request.Member("tool_choice");
        var tools = choice is { } given && given.Kind == "allowed_tools" ? Allowed(given) : _functions;
        if (tools.Count == 0)
        {
            return;
        }

        json.WriteStartArray("tools");
        foreach (var tool in tools)
        {
            WriteFunction(json, tool);
        }

        json.WriteEndArray();
        json.WriteCopy("parallel_tool_calls", _request.Member("parallel_tool_calls"));
        if (choice is { } wanted)
        {
            WriteChoice(json, wanted);
        }
    }

    private void Read(JsonElement tool, string param)
    {
        if (tool.Kind is not { } kind)
        {
            throw ChatRequest.InvalidType(param, "an object with a 'type'");
        }

        if (kind != "function")
        {
            _context.Drop(param);
            return;
        }

        if (tool.Text("name") is not { Length: > 0 })
        {
            throw ChatRequest.InvalidType($"{param}.name", "a string");
        }

        _functions.Add(tool);
    }

    /// <summary>Those of the functions that may be called now: to the model the others do not exist.</summary>
    private List<JsonElement> Allowed(JsonElement choice)
    {
        var names = choice.Objects("tools").Select(tool => tool.Text("name")).ToHashSet();
        return [.. _functions.Where(tool => names.Contains(tool.Text("name")))];
    }

    private static void WriteFunction(Utf8JsonWriter json, JsonElement tool)
    {
        json.WriteStartObject();
        json.WriteString("type", "function");
        json.WriteStartObject("function");
        foreach (var name in (ReadOnlySpan<string>)["name", "description", "parameters", "strict"])
        {
            json.WriteCopy(name, tool.Member(name));
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private void WriteChoice(Utf8JsonWriter json, JsonElement choice)
    {
        if (choice.ValueKind == JsonValueKind.String)
        {
            json.WriteCopy("tool_choice", choice);
            return;
        }

        switch (choice.Kind)
        {
            case "function":
                json.WriteStartObject("tool_choice");
                json.WriteString("type", "function");
                json.WriteStartObject("function");
                json.WriteString("name", choice.Text("name"));
                json.WriteEndObject();
                json.WriteEndObject();
                break;
            case "allowed_tools":
                json.WriteString("tool_choice", choice.Text("mode") ?? "auto");
                break;
            default:
                _context.Drop("tool_choice");
                break;
        }
    }
}
