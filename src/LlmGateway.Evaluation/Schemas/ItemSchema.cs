using System.Text.Json;
using LlmGateway.Service;
using NJsonSchema;

namespace LlmGateway.Evaluation.Schemas;

/// <summary>A JSON Schema that a caller gave, ready to validate.</summary>
internal sealed class ItemSchema
{
    private const int MaxBytes = 100_000;
    private const int MaxDepth = 32;

    /// <summary>Keywords that the validator passes over, so that a schema with one would promise what nobody checks.</summary>
    private static readonly HashSet<string> Ignored =
    [
        "const", "prefixItems", "unevaluatedProperties", "unevaluatedItems", "contains", "propertyNames", "dependentSchemas", "dependentRequired", "if", "then", "else", "$dynamicRef", "$recursiveRef",
    ];

    /// <summary>Keywords whose value is data, not a schema.</summary>
    private static readonly HashSet<string> Data = ["enum", "default", "examples", "example", "required"];

    private readonly JsonSchema _schema;

    private ItemSchema(JsonSchema schema) => _schema = schema;

    /// <exception cref="ApiException">It is no schema, or asks for what is not validated (400).</exception>
    public static async Task<ItemSchema> ParseAsync(JsonElement schema, string field, CancellationToken cancellationToken)
    {
        var text = schema.ValueKind == JsonValueKind.Object ? schema.GetRawText() : throw JsonFields.Invalid($"'{field}' must be a JSON Schema, an object.", field);
        if (text.Length > MaxBytes)
        {
            throw JsonFields.Invalid($"'{field}' has {text.Length} characters; it may have {MaxBytes}.", field);
        }

        Check(schema, field, 0);
        try
        {
            return new ItemSchema(await JsonSchema.FromJsonAsync(text, cancellationToken));
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            throw JsonFields.Invalid($"'{field}' is not a JSON Schema: {exception.Message}", field);
        }
    }

    /// <summary>What is wrong with the value, such as <c>#/answer: StringExpected</c>; empty if nothing is.</summary>
    public IReadOnlyList<string> Validate(string json) =>
        [.. _schema.Validate(json).Take(5).Select(error => $"{error.Path ?? "#"}: {error.Kind}")];

    /// <summary>References stay inside the schema: one to a URL would make this server fetch it.</summary>
    private static void Check(JsonElement node, string path, int depth)
    {
        if (depth > MaxDepth)
        {
            throw JsonFields.Invalid($"'{path}' is nested more than {MaxDepth} deep.", path);
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
            CheckObject(node, path, depth);
        }
    }

    private static void CheckObject(JsonElement node, string path, int depth)
    {
        foreach (var member in node.EnumerateObject())
        {
            var at = $"{path}.{member.Name}";
            if (member.Name == "$ref" && member.Value.ValueKind == JsonValueKind.String && member.Value.GetString() is not ['#', ..])
            {
                throw JsonFields.Invalid($"'{at}' must begin with '#': references leave no schema.", at);
            }

            if (Ignored.Contains(member.Name))
            {
                throw JsonFields.Invalid($"'{at}': the keyword '{member.Name}' is not supported. Say it in other words, such as enum for const.", at);
            }

            if (member.Name is "properties" or "definitions" or "$defs" or "patternProperties" && member.Value.ValueKind == JsonValueKind.Object)
            {
                // These members' names are the caller's own.
                foreach (var named in member.Value.EnumerateObject())
                {
                    Check(named.Value, $"{at}.{named.Name}", depth + 1);
                }
            }
            else if (!Data.Contains(member.Name))
            {
                Check(member.Value, at, depth + 1);
            }
        }
    }
}
