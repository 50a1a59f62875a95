using System.Text.Json;
using System.Text.Json.Nodes;
using LlmGateway.Service;

namespace LlmGateway.Retrieval.Search;

/// <summary>OpenAI's filters over attributes: comparisons, joined by <c>and</c> and <c>or</c>.</summary>
internal abstract record AttributeFilter
{
    private const int MaxDepth = 8;
    private const int MaxParts = 64;

    public abstract bool Matches(JsonObject attributes);

    /// <exception cref="ApiException">It is malformed (400).</exception>
    public static AttributeFilter? Read(JsonElement? filters) =>
        filters is { ValueKind: not JsonValueKind.Null } element ? Read(element, "filters", MaxDepth) : null;

    private static AttributeFilter Read(JsonElement element, string param, int depth)
    {
        if (depth == 0)
        {
            throw Invalid(param, $"filters may be nested {MaxDepth} deep");
        }

        if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty("type", out var type) || type.ValueKind != JsonValueKind.String)
        {
            throw Invalid(param, "expected an object with 'type'");
        }

        return type.GetString() is "and" or "or" ? ReadCompound(element, type.GetString()!, param, depth) : ReadComparison(element, type.GetString()!, param);
    }

    private static CompoundFilter ReadCompound(JsonElement element, string type, string param, int depth)
    {
        if (!element.TryGetProperty("filters", out var parts) || parts.ValueKind != JsonValueKind.Array || parts.GetArrayLength() is 0 or > MaxParts)
        {
            throw Invalid($"{param}.filters", $"expected 1 to {MaxParts} filters");
        }

        return new CompoundFilter(type == "and", [.. parts.EnumerateArray().Select((part, index) => Read(part, $"{param}.filters[{index}]", depth - 1))]);
    }

    private static ComparisonFilter ReadComparison(JsonElement element, string type, string param)
    {
        if (!ComparisonFilter.Types.Contains(type))
        {
            throw Invalid($"{param}.type", $"expected 'and', 'or' or one of {string.Join(", ", ComparisonFilter.Types)}");
        }

        if (!element.TryGetProperty("key", out var key) || key.ValueKind != JsonValueKind.String)
        {
            throw Invalid($"{param}.key", "expected an attribute's name");
        }

        if (!element.TryGetProperty("value", out var value) || !ComparisonFilter.Takes(type, value))
        {
            throw Invalid($"{param}.value", type is "in" or "nin" ? "expected a list of texts and numbers" : "expected a text, a number or a boolean");
        }

        return new ComparisonFilter(type, key.GetString()!, JsonNode.Parse(value.GetRawText())!);
    }

    private static ApiException Invalid(string param, string expected) => new(ApiErrors.BadRequest($"Invalid '{param}': {expected}.", param));
}

/// <summary>All of its parts, or any.</summary>
internal sealed record CompoundFilter(bool All, IReadOnlyList<AttributeFilter> Parts) : AttributeFilter
{
    public override bool Matches(JsonObject attributes) =>
        All ? Parts.All(part => part.Matches(attributes)) : Parts.Any(part => part.Matches(attributes));
}

/// <summary>One attribute against a value. An attribute that a file lacks equals nothing and is in no order.</summary>
internal sealed record ComparisonFilter(string Type, string Key, JsonNode Value) : AttributeFilter
{
    public static readonly string[] Types = ["eq", "ne", "gt", "gte", "lt", "lte", "in", "nin"];

    public static bool Takes(string type, JsonElement value) => type is "in" or "nin"
        ? value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(entry => entry.ValueKind is JsonValueKind.String or JsonValueKind.Number)
        : value.ValueKind is JsonValueKind.String or JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False;

    public override bool Matches(JsonObject attributes)
    {
        var own = attributes[Key];
        return Type switch
        {
            "eq" => JsonNode.DeepEquals(own, Value),
            "ne" => !JsonNode.DeepEquals(own, Value),
            "in" => Value.AsArray().Any(entry => JsonNode.DeepEquals(own, entry)),
            "nin" => !Value.AsArray().Any(entry => JsonNode.DeepEquals(own, entry)),
            _ => Compare(own, Value) is { } order && Type switch
            {
                "gt" => order > 0,
                "gte" => order >= 0,
                "lt" => order < 0,
                _ => order <= 0,
            },
        };
    }

    /// <summary>Numbers by size, texts by their characters; null for what has no order.</summary>
    private static int? Compare(JsonNode? own, JsonNode value) => (own?.GetValueKind(), value.GetValueKind()) switch
    {
        (JsonValueKind.Number, JsonValueKind.Number) => own!.GetValue<double>().CompareTo(value.GetValue<double>()),
        (JsonValueKind.String, JsonValueKind.String) => string.CompareOrdinal(own!.GetValue<string>(), value.GetValue<string>()),
        _ => null,
    };
}
