using System.Text.Json;

namespace LlmGateway.LocalModel;

/// <summary>OpenAI's rules for <c>strict</c>: every object closes its properties and requires each of them, so that code which is refused there is refused here.</summary>
internal static class StrictSchema
{
    /// <summary>What breaks a rule; null when nothing does.</summary>
    public static string? Violation(JsonElement schema) => Violation(schema, "the schema");

    private static string? Violation(JsonElement schema, string place)
    {
        if (schema.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        if (schema.TryGetProperty("properties", out var properties) && properties.ValueKind == JsonValueKind.Object)
        {
            if (!schema.TryGetProperty("additionalProperties", out var more) || more.ValueKind != JsonValueKind.False)
            {
                return $"in {place}, 'additionalProperties' is required to be supplied and to be false";
            }

            var required = schema.TryGetProperty("required", out var names) && names.ValueKind == JsonValueKind.Array
                ? names.EnumerateArray().Select(name => name.ToString()).ToHashSet(StringComparer.Ordinal) : [];
            foreach (var property in properties.EnumerateObject().Where(property => !required.Contains(property.Name)))
            {
                return $"in {place}, 'required' must hold every property, and '{property.Name}' is missing";
            }
        }

        return SubSchemas.Of(schema, place).Select(inner => Violation(inner.Schema, inner.Place)).FirstOrDefault(violation => violation is not null);
    }
}
