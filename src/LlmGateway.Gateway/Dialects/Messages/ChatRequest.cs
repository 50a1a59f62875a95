using System.Text.Json;

namespace LlmGateway.Gateway.Dialects.Messages;

/// <summary>A request for messages as a chat completion's.</summary>
internal sealed class ChatRequest(JsonElement messages, TranslationContext context)
{
    /// <summary>OpenAI's limit.</summary>
    private const int MaxStops = 4;

    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("model", context.Deployment.Model);
        new ChatConversation(json).Write(messages);
        json.WriteCopy(context.Deployment.Provider.IsOpenAI ? "max_completion_tokens" : "max_tokens", messages.Member("max_tokens"));
        json.WriteCopy("temperature", messages.Member("temperature"));
        json.WriteCopy("top_p", messages.Member("top_p"));
        WriteTools(json);
        WriteFormat(json);
        WriteEffort(json);
        WriteStops(json);
        if (context.Deployment.Provider.IsOpenAI)
        {
            json.WriteCopy("user", messages.Object("metadata")?.Member("user_id"));
        }

        if (messages.IsTrue("stream"))
        {
            json.WriteBoolean("stream", true);
            if (context.Deployment.Provider.StreamUsage)
            {
                json.WriteStartObject("stream_options");
                json.WriteBoolean("include_usage", true);
                json.WriteEndObject();
            }
        }

        NoteDropped();
        json.WriteEndObject();
    }

    private void WriteTools(Utf8JsonWriter json)
    {
        var tools = new List<JsonElement>();
        var index = 0;
        foreach (var tool in messages.Objects("tools"))
        {
            // Anthropic runs tools of its own types, or describes them to its models; nobody else knows them.
            if (tool.Kind is null or "custom")
            {
                tools.Add(tool);
            }
            else
            {
                context.Drop($"tools[{index}]");
            }

            index++;
        }

        if (tools.Count == 0)
        {
            return;
        }

        json.WriteStartArray("tools");
        tools.ForEach(tool => WriteTool(json, tool));
        json.WriteEndArray();
        var choice = messages.Object("tool_choice");
        switch (choice?.Kind)
        {
            case "auto" or "none":
                json.WriteString("tool_choice", choice?.Kind);
                break;
            case "any":
                json.WriteString("tool_choice", "required");
                break;
            case "tool":
                json.WriteStartObject("tool_choice");
                json.WriteString("type", "function");
                json.WriteStartObject("function");
                json.WriteString("name", choice?.Text("name"));
                json.WriteEndObject();
                json.WriteEndObject();
                break;
        }

        if (choice?.IsTrue("disable_parallel_tool_use") == true)
        {
            json.WriteBoolean("parallel_tool_calls", false);
        }
    }

    private static void WriteTool(Utf8JsonWriter json, JsonElement tool)
    {
        json.WriteStartObject();
        json.WriteString("type", "function");
        json.WriteStartObject("function");
        json.WriteString("name", tool.Text("name"));
        json.WriteCopy("description", tool.Member("description"));
        json.WriteCopy("parameters", tool.Member("input_schema"));
        if (tool.IsTrue("strict"))
        {
            json.WriteBoolean("strict", true);
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private void WriteFormat(Utf8JsonWriter json)
    {
        // The old name of output_config.format still works at Anthropic.
        var format = messages.Object("output_config")?.Object("format") ?? messages.Object("output_format");
        if (format?.Member("schema") is not { } schema)
        {
            return;
        }

        json.WriteStartObject("response_format");
        json.WriteString("type", "json_schema");
        json.WriteStartObject("json_schema");
        json.WriteString("name", "answer");
        json.WriteBoolean("strict", true);
        json.WriteCopy("schema", schema);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private void WriteEffort(Utf8JsonWriter json)
    {
        var thinking = messages.Object("thinking");
        var effort = messages.Object("output_config")?.Text("effort");
        if (thinking?.Kind is not ("enabled" or "adaptive") && (effort is null || thinking?.Kind == "disabled"))
        {
            return;
        }

        if (!(context.Deployment.TakesReasoningEffort ?? ReasoningModels.TakesEffort(context.Deployment.Model)))
        {
            context.Drop(thinking is null ? "output_config.effort" : "thinking");
            return;
        }

        json.WriteString("reasoning_effort", (effort, thinking?.Count("budget_tokens")) switch
        {
            ("low" or "medium", _) => effort,
            (not null, _) => "high",
            (null, <= 2048) => "low",
            (null, <= 8192) => "medium",
            (null, not null) => "high",
            _ => "medium",
        });
    }

    private void WriteStops(Utf8JsonWriter json)
    {
        if (messages.Member("stop_sequences") is not { ValueKind: JsonValueKind.Array } stops || stops.GetArrayLength() == 0)
        {
            return;
        }

        if (stops.GetArrayLength() > MaxStops)
        {
            context.Drop($"stop_sequences[{MaxStops}]");
        }

        json.WriteStartArray("stop");
        foreach (var stop in stops.EnumerateArray().Take(MaxStops))
        {
            stop.WriteTo(json);
        }

        json.WriteEndArray();
    }

    private void NoteDropped()
    {
        foreach (var member in messages.EnumerateObject())
        {
            var isKnown = member.Name is "model" or "messages" or "system" or "max_tokens" or "temperature" or "top_p" or "tools" or "tool_choice" or "output_config"
                or "output_format" or "thinking" or "stop_sequences" or "metadata" or "stream"
                // Hints: other providers cache by themselves, and have one tier.
                or "cache_control" or "service_tier";
            if (!isKnown && member.Value.ValueKind != JsonValueKind.Null)
            {
                context.Drop(member.Name);
            }
        }
    }
}
