using System.Text.Json;
using System.Text.RegularExpressions;

namespace LlmGateway.Gateway.Dialects.Messages;

/// <summary>A chat completion's tools and its choice among them, as messages have them.</summary>
internal sealed partial class ToolPlan
{
    private readonly List<JsonElement> _tools = [];
    private readonly ClaudeModel _model;
    private readonly FormatPlan? _format;
    private readonly bool _oneAtATime;

    private ToolPlan(ClaudeModel model, FormatPlan? format, bool oneAtATime) =>
        (_model, _format, _oneAtATime) = (model, format is { IsNative: false } ? format : null, oneAtATime);

    /// <summary>Whether the model must call a tool, which does not go with thinking; for the answer's form it must as well.</summary>
    public bool IsForced => Choice is "any" or "tool";

    /// <summary><c>none</c>, <c>auto</c>, <c>any</c> or <c>tool</c>; null where there is nothing to choose.</summary>
    private string? Choice { get; set; }

    private string? Name { get; set; }

    public static ToolPlan For(JsonElement chat, ClaudeModel model, FormatPlan? format, TranslationContext context)
    {
        var plan = new ToolPlan(model, format, chat.Member("parallel_tool_calls") is { ValueKind: JsonValueKind.False });
        var choice = chat.Member("tool_choice");
        var allowed = choice?.Kind == "allowed_tools" ? choice?.Object("allowed_tools") : null;
        var names = allowed?.Objects("tools").Select(NameOf).OfType<string>().ToHashSet(StringComparer.Ordinal);
        var index = 0;
        foreach (var tool in chat.Objects("tools"))
        {
            var param = $"tools[{index++}]";
            if (tool.Kind is not "function" && !IsAnthropics(tool))
            {
                context.Drop(param);
            }
            else if (names is null || (NameOf(tool) is { } name && names.Contains(name)))
            {
                plan._tools.Add(tool);
            }
        }

        plan.Choose(choice, allowed?.Text("mode"), context);
        return plan;
    }

    /// <summary>Writes <c>tools</c> and <c>tool_choice</c>, as far as there are any.</summary>
    public void Write(Utf8JsonWriter json, TranslationContext context)
    {
        if (_tools.Count == 0 && _format is null)
        {
            return;
        }

        json.WriteStartArray("tools");
        foreach (var tool in _tools)
        {
            WriteTool(json, tool, context);
        }

        _format?.WriteTool(json);
        json.WriteEndArray();
        if (Choice is { } choice)
        {
            json.WriteStartObject("tool_choice");
            json.WriteString("type", choice);
            if (Name is not null)
            {
                json.WriteString("name", Name);
            }

            if (_oneAtATime && choice != "none")
            {
                json.WriteBoolean("disable_parallel_tool_use", true);
            }

            json.WriteEndObject();
        }
    }

    private void Choose(JsonElement? choice, string? mode, TranslationContext context)
    {
        var said = choice is { ValueKind: JsonValueKind.String } word ? word.GetString() : mode;
        if (_tools.Count == 0 || (said == "none" && _format is not null))
        {
            // The answer's form is all that there is to call.
            (Choice, Name) = _format is null ? (null, null) : ("tool", FormatPlan.ToolName);
            return;
        }

        Name = choice?.Kind == "function" ? choice?.Object("function")?.Text("name") : null;
        if (choice is { ValueKind: JsonValueKind.Object } && Name is null && mode is null)
        {
            context.Drop("tool_choice");
        }

        Choice = Name is not null ? "tool"
            : said == "none" ? "none"
            : said == "required" || _format is not null ? "any"
            : said is not null || _oneAtATime ? "auto"
            : null;
    }

    private void WriteTool(Utf8JsonWriter json, JsonElement tool, TranslationContext context)
    {
        if (tool.Object("function") is not { } function)
        {
            tool.WriteTo(json);
            return;
        }

        json.WriteStartObject();
        json.WriteString("name", function.Text("name"));
        json.WriteCopy("description", function.Member("description"));
        ToolSchema.Write(json, function.Member("parameters"));
        if (function.IsTrue("strict"))
        {
            if (_model.TakesFormat)
            {
                json.WriteBoolean("strict", true);
            }
            else
            {
                context.Drop("tools.function.strict");
            }
        }

        json.WriteCopy("cache_control", tool.Member("cache_control") ?? function.Member("cache_control"));
        json.WriteEndObject();
    }

    private static string? NameOf(JsonElement tool) => tool.Object("function")?.Text("name") ?? tool.Text("name");

    /// <summary>Anthropic's own tools are told by their dated types; a caller who knows them gets them.</summary>
    private static bool IsAnthropics(JsonElement tool) => tool.Kind is { } kind && DatedType().IsMatch(kind);

    [GeneratedRegex(@"_\d{8}$", RegexOptions.CultureInvariant)]
    private static partial Regex DatedType();
}
