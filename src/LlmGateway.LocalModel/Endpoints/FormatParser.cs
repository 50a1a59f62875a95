using System.Text.Json;

namespace LlmGateway.LocalModel;

/// <summary>Reads the form that an answer must have: <c>response_format</c> of chat completions, <c>text.format</c> of responses.</summary>
internal static class FormatParser
{
    public static Generation WithFormat(this Generation generation, JsonElement? format, string param)
    {
        if (format is not { } given)
        {
            return generation;
        }

        if (given.ValueKind != JsonValueKind.Object)
        {
            throw RequestBody.Bad($"Invalid type for '{param}': expected an object.", param);
        }

        switch (given.TryGetProperty("type", out var type) ? type.ToString() : "")
        {
            case "text":
                return generation;
            case "json_object":
                return MentionsJson(generation) ? generation with { JsonObject = true }
                    : throw RequestBody.Bad("The messages must contain the word 'json' in some form to use the format 'json_object'.", param);
            case "json_schema":
                return generation with { Schema = Schema(given, param) };
            default:
                throw RequestBody.Bad($"Invalid '{param}.type': supported are 'text', 'json_object' and 'json_schema'.", $"{param}.type");
        }
    }

    // OpenAI's own rule: without the word a model may write white space without end.
    private static bool MentionsJson(Generation generation) => generation.Turns.Any(turn => turn.Text.Contains("json", StringComparison.OrdinalIgnoreCase));

    // Chat completions wrap the schema in "json_schema", responses put it beside the type.
    private static JsonElement Schema(JsonElement format, string param)
    {
        var wrapped = format.TryGetProperty("json_schema", out var inner) && inner.ValueKind == JsonValueKind.Object;
        var (holder, place) = wrapped ? (inner, $"{param}.json_schema.schema") : (format, $"{param}.schema");
        if (!holder.TryGetProperty("schema", out var schema) || schema.ValueKind != JsonValueKind.Object)
        {
            throw RequestBody.Bad($"Missing required parameter: '{place}'.", place);
        }

        return SchemaCheck.Usable(schema, holder.TryGetProperty("strict", out var strict) && strict.ValueKind == JsonValueKind.True, place);
    }
}
