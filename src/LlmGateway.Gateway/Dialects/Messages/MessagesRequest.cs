using System.Text.Json;

namespace LlmGateway.Gateway.Dialects.Messages;

/// <summary>A chat completion's request as one for messages.</summary>
internal sealed class MessagesRequest
{
    private readonly JsonElement _chat;
    private readonly TranslationContext _context;
    private readonly ClaudeModel _model;
    private readonly FormatPlan? _format;
    private readonly ToolPlan _tools;
    private readonly ThinkingPlan? _thinking;
    private readonly long? _limit;

    public MessagesRequest(JsonElement chat, TranslationContext context)
    {
        (_chat, _context, _model) = (chat, context, ClaudeModel.Of(context.Deployment.Model));
        _limit = chat.Count("max_completion_tokens") ?? chat.Count("max_tokens");
        _format = FormatPlan.For(chat.Object("response_format"), _model);
        _tools = ToolPlan.For(chat, _model, _format, context);
        _thinking = PlanThinking();
    }

    /// <summary>Whether the answer comes as the input of a tool.</summary>
    public bool AnswersByTool => _format is { IsNative: false };

    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("model", _context.Deployment.Model);
        json.WriteNumber("max_tokens", _limit ?? _context.Deployment.MaxTokens + (_thinking?.Budget ?? 0));
        new MessagesConversation(json).Write(_chat);
        _tools.Write(json, _context);
        _thinking?.Write(json);
        WriteOutputConfig(json);
        WriteSampling(json);
        WriteStop(json);
        if ((_chat.Text("safety_identifier") ?? _chat.Text("user")) is { } user)
        {
            json.WriteStartObject("metadata");
            json.WriteString("user_id", user);
            json.WriteEndObject();
        }

        if (_chat.IsTrue("stream"))
        {
            json.WriteBoolean("stream", true);
        }

        WriteOthers(json);
        json.WriteEndObject();
    }

    private ThinkingPlan? PlanThinking()
    {
        if (_chat.Text("reasoning_effort") is not { } effort || _chat.Member("thinking") is not null)
        {
            return null;
        }

        var plan = ThinkingPlan.For(effort, _model, _limit);
        if (plan is null || (plan.Thinks && (_tools.IsForced || (plan.Budget is not null && MessagesConversation.LacksThinking(_chat)))))
        {
            // Thinking goes with no forced tool; with a budget a turn of tool calls must begin with the thoughts that led to them.
            _context.Drop("reasoning_effort");
            return null;
        }

        return plan;
    }

    private bool Thinks => _thinking is { Thinks: true } || _chat.Object("thinking")?.Kind is "enabled" or "adaptive";

    private void WriteOutputConfig(Utf8JsonWriter json)
    {
        var own = _chat.Object("output_config");
        var format = _format is { IsNative: true } ? _format : null;
        if (own is null && format is null && _thinking?.Effort is null)
        {
            return;
        }

        json.WriteStartObject("output_config");
        foreach (var member in own?.EnumerateObject() ?? default)
        {
            if (!(member.NameEquals("format") && format is not null) && !(member.NameEquals("effort") && _thinking?.Effort is not null))
            {
                member.WriteTo(json);
            }
        }

        if (_thinking?.Effort is { } effort)
        {
            json.WriteString("effort", effort);
        }

        format?.WriteFormat(json);
        json.WriteEndObject();
    }

    private void WriteSampling(Utf8JsonWriter json)
    {
        var (temperature, topP) = (_chat.Number("temperature"), _chat.Number("top_p"));
        if (!_model.TakesSampling || Thinks)
        {
            DropUnless(temperature is null or 1, "temperature");
            DropUnless(topP is null or 1, "top_p");
            DropUnless(_chat.Member("top_k") is null, "top_k");
            return;
        }

        if (topP is not null && temperature is not null && _model.TakesOneOfTemperatureAndTopP)
        {
            // One of them at its default says nothing.
            if (temperature is 1)
            {
                temperature = null;
            }
            else
            {
                DropUnless(topP is 1, "top_p");
                topP = null;
            }
        }

        if (temperature is { } heat)
        {
            json.WriteNumber("temperature", Math.Clamp(heat, 0, 1));
        }

        if (topP is { } nucleus)
        {
            json.WriteNumber("top_p", nucleus);
        }

        json.WriteCopy("top_k", _chat.Member("top_k"));
    }

    private void WriteStop(Utf8JsonWriter json)
    {
        IEnumerable<JsonElement> given = _chat.Member("stop") switch
        {
            { ValueKind: JsonValueKind.Array } several => several.EnumerateArray(),
            { } one => [one],
            null => [],
        };
        string[] all = [.. given.Where(stop => stop.ValueKind == JsonValueKind.String).Select(stop => stop.GetString()!)];

        // White space alone is refused.
        string[] taken = [.. all.Where(stop => !string.IsNullOrWhiteSpace(stop))];
        DropUnless(taken.Length == all.Length, "stop");
        if (taken.Length > 0)
        {
            json.WriteStartArray("stop_sequences");
            foreach (var stop in taken)
            {
                json.WriteStringValue(stop);
            }

            json.WriteEndArray();
        }
    }

    /// <summary>Everything else: what is Anthropic's own passes, defaults and hints mean nothing, the rest is dropped.</summary>
    private void WriteOthers(Utf8JsonWriter json)
    {
        foreach (var member in _chat.EnumerateObject())
        {
            switch (member.Name)
            {
                case "model" or "messages" or "tools" or "tool_choice" or "parallel_tool_calls" or "response_format" or "reasoning_effort" or "max_tokens"
                    or "max_completion_tokens" or "temperature" or "top_p" or "top_k" or "stop" or "user" or "safety_identifier" or "stream" or "stream_options"
                    or "output_config":
                    break;
                case "store" or "metadata" or "prompt_cache_key" or "prompt_cache_retention":
                    // The gateway's own, and hints.
                    break;
                case "thinking" or "cache_control" or "container" or "context_management" or "mcp_servers" or "inference_geo" or "speed" or "diagnostics":
                    member.WriteTo(json);
                    break;
                case "service_tier" when member.Value.ValueEquals("auto") || member.Value.ValueEquals("default"):
                    json.WriteString(member.Name, member.Value.ValueEquals("auto") ? "auto" : "standard_only");
                    break;
                default:
                    DropUnless(IsDefault(member), member.Name);
                    break;
            }
        }
    }

    private static bool IsDefault(JsonProperty member) => member.Value.ValueKind switch
    {
        JsonValueKind.Null or JsonValueKind.False => true,
        JsonValueKind.Number => member.Value.TryGetDouble(out var number) && number == (member.NameEquals("n") ? 1 : 0),
        JsonValueKind.Object => member.Value.GetPropertyCount() == 0,
        JsonValueKind.Array => member.Value.GetArrayLength() == 0 || (member.NameEquals("modalities") && member.Value.EnumerateArray().All(mode => mode.ValueEquals("text"))),
        _ => false,
    };

    private void DropUnless(bool fine, string param)
    {
        if (!fine)
        {
            _context.Drop(param);
        }
    }
}
