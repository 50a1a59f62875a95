using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace LlmGateway.TestKit.Contract;

/// <summary>
/// Judges JSON by the subset of JSON Schema (with OpenAPI's <c>nullable</c>) that OpenAI's document uses. A keyword that
/// it does not know is an error of its own, lest a rule be passed over in silence.
/// </summary>
public sealed class JsonSchemaEvaluator(JsonElement document)
{
    private static readonly TimeSpan PatternBudget = TimeSpan.FromSeconds(1);

    /// <summary>Say nothing about validity.</summary>
    private static readonly HashSet<string> Annotations =
    [
        "title", "description", "default", "example", "examples", "deprecated", "format", "readOnly", "writeOnly",
        "discriminator", "nullable", "externalDocs", "contentEncoding", "contentMediaType", "$recursiveAnchor", "$comment",
    ];

    /// <summary>What is wrong, each with its place; empty when nothing is.</summary>
    public IReadOnlyList<string> Errors(JsonElement schema, JsonElement value) => Errors(schema, value, "$", schema);

    private List<string> Errors(JsonElement schema, JsonElement value, string path, JsonElement anchor)
    {
        if (schema.ValueKind == JsonValueKind.True)
        {
            return [];
        }

        if (schema.ValueKind == JsonValueKind.False)
        {
            return [$"{path}: nothing is allowed here"];
        }

        if (value.ValueKind == JsonValueKind.Null && schema.TryGetProperty("nullable", out var nullable) && nullable.GetBoolean())
        {
            return [];
        }

        if (schema.TryGetProperty("$recursiveAnchor", out _))
        {
            anchor = schema;
        }

        List<string> errors = [];
        foreach (var keyword in schema.EnumerateObject())
        {
            errors.AddRange(Check(keyword, schema, value, path, anchor));
        }

        return errors;
    }

    private IEnumerable<string> Check(
        JsonProperty keyword, JsonElement schema, JsonElement value, string path, JsonElement anchor)
    {
        var rule = keyword.Value;
        return keyword.Name switch
        {
            "$ref" => Errors(Resolve(rule.GetString()!), value, path, anchor),
            "$recursiveRef" => Errors(anchor, value, path, anchor),
            "type" => When(!JsonTypes.Matches(rule, value), $"{path}: is {JsonTypes.Name(value)}, not {rule.GetRawText()}"),
            "enum" => When(
                !rule.EnumerateArray().Any(one => JsonElement.DeepEquals(one, value)),
                $"{path}: {Short(value)} is none of {Short(rule)}"),
            "const" => When(!JsonElement.DeepEquals(rule, value), $"{path}: {Short(value)} is not {Short(rule)}"),
            "allOf" => rule.EnumerateArray().SelectMany(one => Errors(one, value, path, anchor)),
            "anyOf" => Alternatives(keyword, value, path, anchor, exactlyOne: false),
            "oneOf" => Alternatives(keyword, value, path, anchor, exactlyOne: true),
            "not" => When(Errors(rule, value, path, anchor).Count == 0, $"{path}: matches what it must not"),
            "properties" or "required" or "additionalProperties" or "propertyNames" or "minProperties" or "maxProperties" =>
                value.ValueKind == JsonValueKind.Object ? CheckObject(keyword, schema, value, path, anchor) : [],
            "items" or "minItems" or "maxItems" =>
                value.ValueKind == JsonValueKind.Array ? CheckArray(keyword, value, path, anchor) : [],
            "minimum" or "maximum" or "exclusiveMinimum" or "exclusiveMaximum" =>
                value.ValueKind == JsonValueKind.Number ? CheckNumber(keyword, schema, value.GetDouble(), path) : [],
            "minLength" or "maxLength" or "pattern" =>
                value.ValueKind == JsonValueKind.String ? CheckString(keyword, value.GetString()!, path) : [],
            var name => When(
                !Annotations.Contains(name) && !name.StartsWith("x-", StringComparison.Ordinal),
                $"{path}: the contract uses '{name}', which its judge does not know"),
        };
    }

    private IEnumerable<string> CheckObject(
        JsonProperty keyword, JsonElement schema, JsonElement value, string path, JsonElement anchor)
    {
        var rule = keyword.Value;
        return keyword.Name switch
        {
            "required" => rule.EnumerateArray()
                .Where(name => !value.TryGetProperty(name.GetString()!, out _))
                .Select(name => $"{path}: '{name.GetString()}' is required"),
            "properties" => value.EnumerateObject().SelectMany(member =>
                rule.TryGetProperty(member.Name, out var one) ? Errors(one, member.Value, $"{path}.{member.Name}", anchor) : []),
            "additionalProperties" => value.EnumerateObject()
                .Where(member => !IsListed(schema, member.Name))
                .SelectMany(member => Errors(rule, member.Value, $"{path}.{member.Name}", anchor)),
            "propertyNames" => value.EnumerateObject().SelectMany(member =>
                Errors(rule, JsonSerializer.SerializeToElement(member.Name), $"{path}.{member.Name} (its name)", anchor)),
            "minProperties" => When(value.GetPropertyCount() < rule.GetInt32(), $"{path}: fewer than {rule} members"),
            _ => When(value.GetPropertyCount() > rule.GetInt32(), $"{path}: more than {rule} members"),
        };
    }

    private static bool IsListed(JsonElement schema, string name) =>
        schema.TryGetProperty("properties", out var properties) && properties.TryGetProperty(name, out _);

    private IEnumerable<string> CheckArray(JsonProperty keyword, JsonElement value, string path, JsonElement anchor) =>
        keyword.Name switch
        {
            "items" => value.EnumerateArray().SelectMany((item, index) => Errors(keyword.Value, item, $"{path}[{index}]", anchor)),
            "minItems" => When(value.GetArrayLength() < keyword.Value.GetInt32(), $"{path}: fewer than {keyword.Value} items"),
            _ => When(value.GetArrayLength() > keyword.Value.GetInt32(), $"{path}: more than {keyword.Value} items"),
        };

    private static IEnumerable<string> CheckNumber(JsonProperty keyword, JsonElement schema, double value, string path)
    {
        // OpenAPI 3.0 says "exclusiveMinimum": true beside the minimum that it is about.
        var number = keyword.Value.ValueKind switch
        {
            JsonValueKind.False => null,
            JsonValueKind.True => (JsonElement?)schema.GetProperty(keyword.Name == "exclusiveMinimum" ? "minimum" : "maximum"),
            _ => keyword.Value,
        };
        if (number?.GetDouble() is not { } bound)
        {
            return [];
        }

        var holds = keyword.Name switch
        {
            "minimum" => value >= bound,
            "maximum" => value <= bound,
            "exclusiveMinimum" => value > bound,
            _ => value < bound,
        };
        return When(!holds, string.Create(CultureInfo.InvariantCulture, $"{path}: {value} breaks {keyword.Name} {bound}"));
    }

    private static IEnumerable<string> CheckString(JsonProperty keyword, string value, string path) => keyword.Name switch
    {
        "minLength" => When(value.Length < keyword.Value.GetInt32(), $"{path}: shorter than {keyword.Value}"),
        "maxLength" => When(value.Length > keyword.Value.GetInt32(), $"{path}: longer than {keyword.Value}"),
        _ => When(
            !Regex.IsMatch(value, keyword.Value.GetString()!, RegexOptions.None, PatternBudget),
            $"{path}: does not match {keyword.Value}"),
    };

    /// <summary>On failure, the complaint is that of the alternative that came nearest: the fewest errors.</summary>
    private IEnumerable<string> Alternatives(
        JsonProperty keyword, JsonElement value, string path, JsonElement anchor, bool exactlyOne)
    {
        var outcomes = keyword.Value.EnumerateArray().Select(one => Errors(one, value, path, anchor)).ToList();
        var matches = outcomes.Count(errors => errors.Count == 0);
        if (matches == 0)
        {
            return outcomes.MinBy(errors => errors.Count)!.Prepend($"{path}: matches no alternative of {keyword.Name}; the nearest says:");
        }

        return When(exactlyOne && matches > 1, $"{path}: matches {matches} alternatives of oneOf, not one");
    }

    private JsonElement Resolve(string reference)
    {
        var found = document;
        foreach (var part in reference.Split('/').Skip(1))
        {
            found = found.GetProperty(part.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal));
        }

        return found;
    }

    private static IEnumerable<string> When(bool wrong, string error) => wrong ? [error] : [];

    private static string Short(JsonElement value) =>
        JsonSerializer.Serialize(value) is { Length: > 100 } text ? text[..100] + "…" : JsonSerializer.Serialize(value);
}
