using System.Text.Json;

namespace LlmGateway.Gateway.Dialects.Messages;

/// <summary>How a chat completion's <c>response_format</c> is said to a model of Anthropic's.</summary>
/// <param name="Schema">What the answer must fit; null for any object.</param>
/// <param name="IsNative">By <c>output_config.format</c>; else by a tool that the model is made to call, whose input becomes the answer.</param>
internal sealed record FormatPlan(JsonElement? Schema, bool IsNative)
{
    /// <summary>The tool's name. No caller's has it.</summary>
    public const string ToolName = "llmgateway_json_answer";

    /// <summary>Keywords that Anthropic's constrained decoding refuses.</summary>
    private static readonly HashSet<string> Refused = new(StringComparer.Ordinal)
    {
        "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minLength", "maxLength", "maxItems", "uniqueItems",
        "minProperties", "maxProperties", "patternProperties", "contains", "not", "if", "oneOf", "dependentSchemas", "prefixItems",
    };

    /// <returns>Null where the answer is free text.</returns>
    public static FormatPlan? For(JsonElement? format, ClaudeModel model) => format?.Kind switch
    {
        "json_object" => new FormatPlan(null, false),
        "json_schema" when format?.Object("json_schema")?.Object("schema") is { } schema => new FormatPlan(schema, model.TakesFormat && IsTaken(schema)),
        _ => null,
    };

    public void WriteFormat(Utf8JsonWriter json)
    {
        json.WriteStartObject("format");
        json.WriteString("type", "json_schema");
        json.WriteCopy("schema", Schema);
        json.WriteEndObject();
    }

    public void WriteTool(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("name", ToolName);
        json.WriteString("description", "Give your final answer by calling this, and only by it.");
        ToolSchema.Write(json, Schema);
        json.WriteEndObject();
    }

    /// <summary>Whether every object is closed and no keyword is one that is refused.</summary>
    private static bool IsTaken(JsonElement schema) => schema.ValueKind switch
    {
        JsonValueKind.Array => schema.EnumerateArray().All(IsTaken),
        JsonValueKind.Object => (schema.Kind != "object" || schema.Member("additionalProperties") is { ValueKind: JsonValueKind.False })
            && schema.EnumerateObject().All(member => member.Name switch
            {
                // Names of properties and definitions are no keywords; values of these are no schemas.
                "properties" or "$defs" or "definitions" => member.Value.ValueKind == JsonValueKind.Object && member.Value.EnumerateObject().All(inner => IsTaken(inner.Value)),
                "enum" or "const" or "default" or "examples" or "description" or "title" => true,
                var name => !Refused.Contains(name) && IsTaken(member.Value),
            }),
        _ => true,
    };
}
