using System.Text.Json;
using LlmGateway.Service;

namespace LlmGateway.Schemas;

/// <summary>What a schema may hold.</summary>
internal static class SchemaRules
{
    private const int MaxCharacters = 100_000;
    private const int MaxDepth = 32;

    /// <summary>Keywords that the validator passes over, so that a schema with one would promise what nobody checks, or applies without a bound in time.</summary>
    private static readonly HashSet<string> Refused =
    [
        "const", "prefixItems", "unevaluatedProperties", "unevaluatedItems", "contains", "propertyNames", "dependentSchemas", "dependentRequired", "if", "then", "else", "$dynamicRef", "$recursiveRef",
        "patternProperties",
    ];

    private static readonly string[] Types = ["string", "number", "integer", "boolean", "object", "array", "null"];

    /// <summary>Keywords whose value is data, not a schema.</summary>
    private static readonly HashSet<string> Data = ["enum", "default", "examples", "example", "required"];

    /// <returns>The schema's text.</returns>
    /// <exception cref="ApiException">400 naming the place.</exception>
    public static string Check(JsonElement schema, string field)
    {
        if (schema.ValueKind != JsonValueKind.Object)
        {
            throw Invalid($"'{field}' must be a JSON Schema, an object.", field);
        }

        var text = schema.GetRawText();
        if (text.Length > MaxCharacters)
        {
            throw Invalid($"'{field}' has {text.Length} characters; it may have {MaxCharacters}.", field);
        }

        Check(schema, field, 0);
        return text;
    }

    private static void Check(JsonElement node, string path, int depth)
    {
        if (depth > MaxDepth)
        {
            throw Invalid($"'{path}' is nested more than {MaxDepth} deep.", path);
        }

        if (node.ValueKind == JsonValueKind.Array)
        {
            var index = 0;
            foreach (var element in node.EnumerateArray())
            {
                Check(element, $"{path}[{index++}]", depth + 1);
            }
        }
        else if (node.ValueKind == JsonValueKind.Object)
        {
            foreach (var member in node.EnumerateObject())
            {
                CheckKeyword(member, $"{path}.{member.Name}", depth);
            }
        }
    }

    private static void CheckKeyword(JsonProperty keyword, string at, int depth)
    {
        if (Refused.Contains(keyword.Name))
        {
            throw Invalid($"'{at}': the keyword '{keyword.Name}' is not supported. Say it in other words, such as enum for const.", at);
        }

        if (keyword.Name is "$ref" && keyword.Value.ValueKind == JsonValueKind.String && keyword.Value.GetString() is not ['#', ..])
        {
            // One to a URL would make this server fetch it.
            throw Invalid($"'{at}' must begin with '#': references leave no schema.", at);
        }

        if (keyword.Name is "type" && !IsType(keyword.Value))
        {
            throw Invalid($"'{at}' must be one of {string.Join(", ", Types)}, or a list of them.", at);
        }

        if (keyword.Name is "pattern" && keyword.Value.ValueKind == JsonValueKind.String)
        {
            CheckPattern(keyword.Value.GetString()!, at);
        }
        else if (keyword.Name is "properties" or "definitions" or "$defs" && keyword.Value.ValueKind == JsonValueKind.Object)
        {
            // These members' names are the caller's own.
            foreach (var named in keyword.Value.EnumerateObject())
            {
                Check(named.Value, $"{at}.{named.Name}", depth + 1);
            }
        }
        else if (!Data.Contains(keyword.Name))
        {
            Check(keyword.Value, at, depth + 1);
        }
    }

    private static bool IsType(JsonElement type) => type.ValueKind == JsonValueKind.Array
        ? type.EnumerateArray().All(one => one.ValueKind == JsonValueKind.String && IsType(one))
        : type.ValueKind == JsonValueKind.String && Types.Contains(type.GetString()!);

    private static void CheckPattern(string pattern, string at)
    {
        try
        {
            SchemaPatterns.Compile(pattern);
        }
        catch (Exception exception) when (exception is ArgumentException or NotSupportedException)
        {
            throw Invalid($"'{at}' is no regular expression that is matched in linear time: {exception.Message} Look-arounds and back references are not.", at);
        }
    }

    private static ApiException Invalid(string message, string field) => new(ApiErrors.BadRequest(message, field));
}
