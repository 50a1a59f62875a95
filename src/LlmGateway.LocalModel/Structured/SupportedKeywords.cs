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
    public static IReadOnlyList<string> NotObeyed(JsonElement schema) => [.. All(schema).Where(keyword => !Known.Contains(keyword)).Distinct(StringComparer.Ordinal)];

    private static IEnumerable<string> All(JsonElement schema) => schema.ValueKind != JsonValueKind.Object ? []
        : schema.EnumerateObject().Select(keyword => keyword.Name).Concat(SubSchemas.Of(schema, "").SelectMany(inner => All(inner.Schema)));
}
