using System.Text.Json;

namespace LlmGateway.LocalModel;

/// <summary>The JSON schema keywords that <see cref="SchemaFiller"/> obeys; a schema with others would be broken silently.</summary>
internal static class SupportedKeywords
{
    private static readonly HashSet<string> Known = new(StringComparer.Ordinal)
    {
        "type", "properties", "required", "additionalProperties", "enum", "const", "items", "anyOf", "$ref", "$defs", "definitions", "$schema", "$id",
        "title", "description", "default", "examples", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "minLength", "maxLength",
        "minItems", "maxItems", "format", "strict",
    };

    /// <summary>The keywords that would be ignored, each once, in order.</summary>
    public static IReadOnlyList<string> NotObeyed(JsonElement schema)
    {
        var found = new List<string>();
        Collect(schema, found);
        return found;
    }

    private static void Collect(JsonElement schema, List<string> found)
    {
        if (schema.ValueKind != JsonValueKind.Object)
        {
            return;
        }

        foreach (var keyword in schema.EnumerateObject())
        {
            if (!Known.Contains(keyword.Name) && !found.Contains(keyword.Name))
            {
                found.Add(keyword.Name);
            }
            else if (keyword.Name is "properties" or "$defs" or "definitions" && keyword.Value.ValueKind == JsonValueKind.Object)
            {
                foreach (var named in keyword.Value.EnumerateObject())
                {
                    Collect(named.Value, found);
                }
            }
            else if (keyword.Name == "anyOf" && keyword.Value.ValueKind == JsonValueKind.Array)
            {
                foreach (var branch in keyword.Value.EnumerateArray())
                {
                    Collect(branch, found);
                }
            }
            else if (keyword.Name == "items")
            {
                Collect(keyword.Value, found);
            }
        }
    }
}
