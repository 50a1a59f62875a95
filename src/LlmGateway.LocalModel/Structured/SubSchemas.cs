using System.Text.Json;

namespace LlmGateway.LocalModel;

/// <summary>The schemas that stand directly inside another.</summary>
internal static class SubSchemas
{
    /// <param name="schema">Anything but an object has none.</param>
    /// <param name="place">What messages call the schema; those inside get names from it.</param>
    public static IEnumerable<(JsonElement Schema, string Place)> Of(JsonElement schema, string place) => schema.ValueKind != JsonValueKind.Object ? []
        : schema.EnumerateObject().SelectMany(keyword => (keyword.Name, keyword.Value.ValueKind) switch
        {
            ("properties" or "$defs" or "definitions", JsonValueKind.Object) => keyword.Value.EnumerateObject().Select(named => (named.Value, $"'{named.Name}'")),
            ("anyOf", JsonValueKind.Array) => keyword.Value.EnumerateArray().Select(branch => (branch, place)),
            ("items", _) => [(keyword.Value, $"the items of {place}")],
            _ => Array.Empty<(JsonElement, string)>(),
        });
}
