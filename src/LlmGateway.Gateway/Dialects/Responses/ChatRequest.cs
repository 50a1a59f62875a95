using System.Text.Json;
using LlmGateway.Gateway.Requests;
using LlmGateway.Service;

namespace LlmGateway.Gateway.Dialects.Responses;

/// <summary>A response's request as that of a chat completion.</summary>
internal sealed class ChatRequest(JsonElement request, TranslationContext context)
{
    /// <summary>Parameters that mean the same under the same name.</summary>
    private static readonly string[] Same =
        ["temperature", "top_p", "user", "safety_identifier", "prompt_cache_key", "service_tier", "top_logprobs"];

    /// <summary>What is translated by name, what the gateway does itself, and what has no bearing on the answer.</summary>
    private static readonly HashSet<string> Understood =
    [
        .. Same, "model", "input", "instructions", "tools", "tool_choice", "parallel_tool_calls", "text", "reasoning", "max_output_tokens", "stream",
        "stream_options", "store", "metadata", "previous_response_id", "include", "truncation", "background",
    ];

    private bool TakesThoughts => context.Deployment.Provider.Speaks(Operation.Messages);

    public void Write(Utf8JsonWriter json)
    {
        RefuseConversation();
        json.WriteStartObject();
        json.WriteString("model", context.Deployment.Model);
        WriteMessages(json);
        WriteLimits(json);
        new ChatTools(request, context).Write(json);
        WriteText(json);
        WriteReasoning(json);
        WriteStream(json);
        foreach (var name in Same)
        {
            json.WriteCopy(name, request.Member(name));
        }

        WriteIncluded(json);
        DropRest();
        json.WriteEndObject();
    }

    /// <summary>Its items stand at a provider that this call does not go to.</summary>
    private void RefuseConversation()
    {
        if (request.Member("conversation") is not null)
        {
            throw new ApiException(ApiErrors.BadRequest(
                "'conversation' is not supported by this model's provider. Send 'previous_response_id', or the earlier items in 'input'.",
                "conversation", "unsupported_parameter"));
        }
    }

    private void WriteMessages(Utf8JsonWriter json)
    {
        json.WriteStartArray("messages");
        if (request.Member("instructions") is { } instructions)
        {
            WriteInstructions(json, instructions);
        }

        var input = request.Member("input");
        switch (input?.ValueKind)
        {
            case JsonValueKind.String:
                ChatMessages.WriteText(json, "user", input.Value.GetString()!);
                break;
            case JsonValueKind.Array:
                new ChatMessages(json, "input", TakesThoughts).Write(input.Value);
                break;
            case null:
                throw new ApiException(ApiErrors.BadRequest("Missing required parameter: 'input'.", "input", "missing_required_parameter"));
            default:
                throw InvalidType("input", "a string or an array of items");
        }

        json.WriteEndArray();
    }

    private void WriteInstructions(Utf8JsonWriter json, JsonElement instructions)
    {
        switch (instructions.ValueKind)
        {
            case JsonValueKind.String when instructions.GetString() is { Length: > 0 } text:
                ChatMessages.WriteText(json, "system", text);
                break;
            case JsonValueKind.String:
                break;
            case JsonValueKind.Array:
                new ChatMessages(json, "instructions", TakesThoughts).Write(instructions);
                break;
            default:
                throw InvalidType("instructions", "a string");
        }
    }

    /// <summary>Under its older name, which compatible servers know best; OpenAI's own newer models refuse it.</summary>
    private void WriteLimits(Utf8JsonWriter json)
    {
        if (request.Member("max_output_tokens") is not { } limit)
        {
            return;
        }

        var name = context.Deployment.Provider.IsOpenAI ? "max_completion_tokens" : "max_tokens";
        json.WriteNumber(name, request.Count("max_output_tokens") ?? throw InvalidType("max_output_tokens", $"an integer, not {limit.ValueKind}"));
    }

    private void WriteText(Utf8JsonWriter json)
    {
        if (request.Member("text") is not { } text)
        {
            return;
        }

        if (text.ValueKind != JsonValueKind.Object)
        {
            throw InvalidType("text", "an object");
        }

        json.WriteCopy("verbosity", text.Member("verbosity"));
        if (text.Object("format") is not { } format || format.Kind is null or "text")
        {
            return;
        }

        json.WriteStartObject("response_format");
        json.WriteString("type", format.Kind);
        if (format.Kind == "json_schema")
        {
            json.WriteStartObject("json_schema");
            foreach (var member in format.EnumerateObject())
            {
                if (member.Name != "type" && member.Value.ValueKind != JsonValueKind.Null)
                {
                    member.WriteTo(json);
                }
            }

            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private void WriteReasoning(Utf8JsonWriter json)
    {
        if (request.Member("reasoning") is not { } reasoning)
        {
            return;
        }

        if (reasoning.ValueKind != JsonValueKind.Object)
        {
            throw InvalidType("reasoning", "an object");
        }

        json.WriteCopy("reasoning_effort", reasoning.Member("effort"));
        foreach (var member in reasoning.EnumerateObject())
        {
            if (member.Name != "effort" && member.Value.ValueKind != JsonValueKind.Null)
            {
                context.Drop($"reasoning.{member.Name}");
            }
        }
    }

    /// <summary>A stream's last event tells the usage, so it is always asked for.</summary>
    private void WriteStream(Utf8JsonWriter json)
    {
        if (!request.IsTrue("stream"))
        {
            return;
        }

        json.WriteBoolean("stream", true);
        if (context.Deployment.Provider.StreamUsage)
        {
            json.WriteStartObject("stream_options");
            json.WriteBoolean("include_usage", true);
            json.WriteEndObject();
        }
    }

    private void WriteIncluded(Utf8JsonWriter json)
    {
        var logprobs = request.Member("top_logprobs") is not null;
        if (request.Member("include") is { ValueKind: JsonValueKind.Array } include)
        {
            var index = 0;
            foreach (var wish in include.EnumerateArray())
            {
                if (wish.ValueKind == JsonValueKind.String && wish.ValueEquals("message.output_text.logprobs"u8))
                {
                    logprobs = true;
                }
                else
                {
                    context.Drop($"include[{index}]");
                }

                index++;
            }
        }

        if (logprobs)
        {
            json.WriteBoolean("logprobs", true);
        }
    }

    private void DropRest()
    {
        foreach (var member in request.EnumerateObject())
        {
            if (member.Value.ValueKind != JsonValueKind.Null && !Understood.Contains(member.Name))
            {
                context.Drop(member.Name);
            }
        }

        if (request.Text("truncation") == "auto")
        {
            context.Drop("truncation");
        }
    }

    internal static ApiException InvalidType(string param, string expected) =>
        new(ApiErrors.BadRequest($"Invalid type for '{param}': expected {expected}.", param, "invalid_type"));
}
