using System.Text.Json;
using LlmGateway.Service;

namespace LlmGateway.Retrieval.Search;

/// <summary>OpenAI's filters over attributes: comparisons, joined by <c>and</c> and <c>or</c>.</summary>
internal abstract record AttributeFilter
{
    private const int MaxDepth = 8;
    private const int MaxParts = 64;

    public abstract bool Matches(JsonElement attributes);

    /// <param name="kinds">The attributes that the files have, with the types of their values.</param>
    /// <exception cref="ApiException">No file has an attribute that it asks for, or none has it in the type of the value (400).</exception>
    public abstract void Check(IReadOnlyDictionary<string, HashSet<JsonValueKind>> kinds);

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

        return new ComparisonFilter(type, key.GetString()!, value.Clone(), param);
    }

    protected static ApiException Invalid(string param, string expected) => RequestField.Invalid(param, expected);
}

/// <summary>All of its parts, or any.</summary>
internal sealed record CompoundFilter(bool All, IReadOnlyList<AttributeFilter> Parts) : AttributeFilter
{
    public override bool Matches(JsonElement attributes) =>
        All ? Parts.All(part => part.Matches(attributes)) : Parts.Any(part => part.Matches(attributes));

    public override void Check(IReadOnlyDictionary<string, HashSet<JsonValueKind>> kinds)
    {
        foreach (var part in Parts)
        {
            part.Check(kinds);
        }
    }
}

/// <summary>One attribute against a value. An attribute that a file lacks equals nothing and is in no order.</summary>
/// <param name="Type">One of <see cref="Types"/>.</param>
/// <param name="Key">The attribute.</param>
/// <param name="Value">A text, a number or a boolean; a list of them for <c>in</c> and <c>nin</c>.</param>
/// <param name="Param">Where it stands in the request.</param>
internal sealed record ComparisonFilter(string Type, string Key, JsonElement Value, string Param) : AttributeFilter
{
    public static readonly string[] Types = ["eq", "ne", "gt", "gte", "lt", "lte", "in", "nin"];
    private const int MostNamed = 16;

    public static bool Takes(string type, JsonElement value) => type is "in" or "nin"
        ? value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(entry => entry.ValueKind is JsonValueKind.String or JsonValueKind.Number)
        : value.ValueKind is JsonValueKind.String or JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False;

    /// <summary>A value's type; both booleans are one.</summary>
    public static JsonValueKind KindOf(JsonElement value) => value.ValueKind == JsonValueKind.False ? JsonValueKind.True : value.ValueKind;

    public override bool Matches(JsonElement attributes)
    {
        JsonElement? own = attributes.TryGetProperty(Key, out var found) ? found : null;
        return Type switch
        {
            "eq" => Equals(own, Value),
            "ne" => !Equals(own, Value),
            "in" => Value.EnumerateArray().Any(entry => Equals(own, entry)),
            "nin" => !Value.EnumerateArray().Any(entry => Equals(own, entry)),
            _ => own is { } value && Compare(value, Value) is { } order && Type switch
            {
                "gt" => order > 0,
                "gte" => order >= 0,
                "lt" => order < 0,
                _ => order <= 0,
            },
        };
    }

    public override void Check(IReadOnlyDictionary<string, HashSet<JsonValueKind>> kinds)
    {
        if (!kinds.TryGetValue(Key, out var known))
        {
            var others = kinds.Count == 0 ? "they have none" : $"they have {string.Join(", ", kinds.Keys.Order(StringComparer.Ordinal).Take(MostNamed))}";
            throw Invalid($"{Param}.key", $"no file of this store has the attribute '{Key}'; {others}");
        }

        var asked = Value.ValueKind == JsonValueKind.Array ? Value.EnumerateArray().Select(KindOf) : [KindOf(Value)];
        if (asked.FirstOrDefault(kind => !known.Contains(kind)) is var other and not JsonValueKind.Undefined)
        {
            throw Invalid($"{Param}.value", $"the attribute '{Key}' holds {string.Join(" and ", known.Select(Name))}, and this is of {Name(other)}");
        }
    }

    private static bool Equals(JsonElement? own, JsonElement value) => own is { } known && JsonElement.DeepEquals(known, value);

    private static string Name(JsonValueKind kind) => kind switch
    {
        JsonValueKind.Number => "numbers",
        JsonValueKind.String => "texts",
        _ => "booleans",
    };

    /// <summary>Numbers by size, texts by their characters; null for what has no order.</summary>
    private static int? Compare(JsonElement own, JsonElement value) => (own.ValueKind, value.ValueKind) switch
    {
        (JsonValueKind.Number, JsonValueKind.Number) => own.GetDouble().CompareTo(value.GetDouble()),
        (JsonValueKind.String, JsonValueKind.String) => string.CompareOrdinal(own.GetString(), value.GetString()),
        _ => null,
    };
}
