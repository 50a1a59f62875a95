using System.Text.RegularExpressions;
using NJsonSchema;
using NJsonSchema.Visitors;

namespace LlmGateway.Schemas;

/// <summary>A schema's patterns, taken out of it so that they are matched here, in linear time.</summary>
internal sealed class SchemaPatterns
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private readonly Dictionary<JsonSchema, Regex> _patterns = [];

    private SchemaPatterns()
    {
    }

    /// <exception cref="InvalidOperationException">References of the schema lead round in a circle.</exception>
    public static SchemaPatterns TakeFrom(JsonSchema schema)
    {
        var patterns = new SchemaPatterns();
        new Visitor(patterns._patterns).Visit(schema);
        return patterns;
    }

    /// <exception cref="ArgumentException">It is no regular expression.</exception>
    /// <exception cref="NotSupportedException">It cannot be matched in linear time.</exception>
    public static Regex Compile(string pattern) => new(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, Patience);

    /// <summary>Whether a text fits the pattern of one schema, if that has one.</summary>
    public bool Fits(JsonSchema schema, string text) => !_patterns.TryGetValue(schema, out var pattern) || pattern.IsMatch(text);

    private sealed class Visitor(Dictionary<JsonSchema, Regex> patterns) : JsonSchemaVisitorBase
    {
        protected override JsonSchema VisitSchema(JsonSchema schema, string path, string? typeNameHint)
        {
            _ = schema.ActualSchema;
            if (schema.Pattern is { } pattern)
            {
                patterns[schema] = Compile(pattern);
                schema.Pattern = null;
            }

            return schema;
        }
    }
}
