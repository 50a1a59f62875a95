using System.Text.Json;

namespace LlmGateway.TestKit.Contract;

/// <summary>JSON Schema's names for types.</summary>
internal static class JsonTypes
{
    /// <summary>True when the value is of the type, or of one of the types, that <paramref name="rule"/> names.</summary>
    public static bool Matches(JsonElement rule, JsonElement value) => rule.ValueKind == JsonValueKind.Array
        ? rule.EnumerateArray().Any(one => Matches(one, value))
        : rule.GetString() switch
        {
            "integer" => value.ValueKind == JsonValueKind.Number && double.IsInteger(value.GetDouble()),
            var name => name == Name(value),
        };

    /// <summary>The value's own type; <c>number</c> for integers too.</summary>
    public static string Name(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "object",
        JsonValueKind.Array => "array",
        JsonValueKind.String => "string",
        JsonValueKind.Number => "number",
        JsonValueKind.True or JsonValueKind.False => "boolean",
        _ => "null",
    };
}
