using System.Text.Json;
using LlmGateway.Service;

namespace LlmGateway.Gateway.Dialects.Responses;

/// <summary>
/// A response's items as a chat completion's messages. What a model said and the functions that it called in the same turn are one
/// message there.
/// </summary>
/// <param name="json">Where the messages go.</param>
/// <param name="param">Where the items stand in the request, for errors.</param>
/// <param name="takesThoughts">Whether the provider takes back thoughts that it signed; to others they are unknown members.</param>
internal sealed class ChatMessages(Utf8JsonWriter json, string param, bool takesThoughts)
{
    private readonly List<JsonElement> _thoughts = [];
    private JsonElement? _said;
    private readonly List<JsonElement> _calls = [];
    private string _saidParam = "";

    public static void WriteText(Utf8JsonWriter json, string role, string text)
    {
        json.WriteStartObject();
        json.WriteString("role", role);
        json.WriteString("content", text);
        json.WriteEndObject();
    }

    public void Write(JsonElement items)
    {
        var index = 0;
        foreach (var item in items.EnumerateArray())
        {
            WriteItem(item, $"{param}[{index++}]");
        }

        WriteTurn();
    }

    private void WriteItem(JsonElement item, string at)
    {
        if (item.ValueKind != JsonValueKind.Object)
        {
            throw ChatRequest.InvalidType(at, "an item");
        }

        switch (item.Kind ?? (item.Text("role") is null && item.Text("id") is not null ? "item_reference" : "message"))
        {
            case "message":
                WriteMessage(item, at);
                break;
            case "function_call":
                Require(item, at, "call_id", "name", "arguments");
                _calls.Add(item);
                break;
            case "function_call_output":
                WriteTurn();
                WriteOutput(item, at);
                break;
            case "item_reference":
                throw new ApiException(ApiErrors.BadRequest(
                    "Item references are not supported by this model's provider: it does not know the item. Send the item itself, or 'previous_response_id'.",
                    at, "unsupported_parameter"));
            case "reasoning":
                AddThoughts(item);
                break;
            case "file_search_call" or "web_search_call" or "code_interpreter_call" or "image_generation_call" or "mcp_list_tools":
                // What OpenAI's tools keep for themselves: the answer that followed says what came of it.
                break;
            case var kind:
                throw new ApiException(ApiErrors.BadRequest($"Items of the type '{kind}' are not supported by this model's provider.", $"{at}.type", "unsupported_parameter"));
        }
    }

    /// <summary>Thoughts come before what follows from them, so they begin a turn.</summary>
    private void AddThoughts(JsonElement item)
    {
        var blocks = takesThoughts ? SignedThoughts.Unpack(item).ToList() : [];
        if (blocks.Count > 0)
        {
            WriteTurn();
            _thoughts.AddRange(blocks);
        }
    }

    private void WriteMessage(JsonElement item, string at)
    {
        var role = item.Text("role") ?? throw new ApiException(ApiErrors.BadRequest($"Missing required parameter: '{at}.role'.", $"{at}.role", "missing_required_parameter"));
        if (role == "assistant")
        {
            if (_said is not null || _calls.Count > 0)
            {
                WriteTurn();
            }

            (_said, _saidParam) = (item, at);
            return;
        }

        WriteTurn();
        json.WriteStartObject();
        json.WriteString("role", role switch
        {
            // The older name, which every provider knows.
            "system" or "developer" => "system",
            "user" => "user",
            _ => throw new ApiException(ApiErrors.BadRequest($"Invalid value for '{at}.role': expected 'user', 'assistant', 'system' or 'developer'.", $"{at}.role")),
        });
        new ChatContent(json, $"{at}.content").Write(item.Member("content"));
        json.WriteEndObject();
    }

    /// <summary>Writes the model's turn that was collected.</summary>
    private void WriteTurn()
    {
        if (_said is null && _calls.Count == 0)
        {
            // Thoughts that nothing came of.
            _thoughts.Clear();
            return;
        }

        json.WriteStartObject();
        json.WriteString("role", "assistant");
        if (_thoughts.Count > 0)
        {
            json.WriteStartArray("thinking_blocks");
            _thoughts.ForEach(block => block.WriteTo(json));
            json.WriteEndArray();
        }

        if (_said is { } said)
        {
            WriteSaid(said);
        }
        else
        {
            json.WriteNull("content");
        }

        if (_calls.Count > 0)
        {
            json.WriteStartArray("tool_calls");
            _calls.ForEach(WriteCall);
            json.WriteEndArray();
        }

        json.WriteEndObject();
        _said = null;
        _calls.Clear();
        _thoughts.Clear();
    }

    /// <summary>One text: not every provider takes parts of its own messages.</summary>
    private void WriteSaid(JsonElement said)
    {
        var content = said.Member("content");
        if (content is { ValueKind: JsonValueKind.String } text)
        {
            json.WriteString("content", text.GetString());
            return;
        }

        if (content is not { ValueKind: JsonValueKind.Array })
        {
            throw ChatRequest.InvalidType($"{_saidParam}.content", "a string or an array of parts");
        }

        var parts = said.Objects("content").ToList();
        json.WriteString("content", string.Concat(parts.Select(part => part.Text("text") ?? part.Text("refusal"))));
    }

    private void WriteCall(JsonElement call)
    {
        json.WriteStartObject();
        json.WriteString("id", call.Text("call_id"));
        json.WriteString("type", "function");
        json.WriteStartObject("function");
        json.WriteString("name", call.Text("name"));
        json.WriteString("arguments", call.Text("arguments"));
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private void WriteOutput(JsonElement item, string at)
    {
        Require(item, at, "call_id");
        json.WriteStartObject();
        json.WriteString("role", "tool");
        json.WriteString("tool_call_id", item.Text("call_id"));
        new ChatContent(json, $"{at}.output").Write(item.Member("output"));
        json.WriteEndObject();
    }

    private static void Require(JsonElement item, string at, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (item.Text(name) is null)
            {
                throw new ApiException(ApiErrors.BadRequest($"Missing required parameter: '{at}.{name}'.", $"{at}.{name}", "missing_required_parameter"));
            }
        }
    }
}
