using System.Runtime.CompilerServices;
using Newtonsoft.Json.Linq;
using NJsonSchema;
using NJsonSchema.Validation;

namespace LlmGateway.Schemas;

/// <summary>
/// One validation with an end. The validator itself matches patterns by backtracking, and follows a schema that contains itself,
/// or doubles at each level, as long as it leads: neither a caller nor a model may hold a thread by that.
/// </summary>
internal sealed class BoundedValidator : JsonSchemaValidator
{
    /// <summary>Values compared with schemas. A value of 1 MB with a schema of 100 kB takes some ten thousand.</summary>
    private const int MaxSteps = 1_000_000;

    private readonly SchemaPatterns _patterns;
    private int _steps;

    private BoundedValidator(SchemaPatterns patterns) : base(new JsonSchemaValidatorSettings()) => _patterns = patterns;

    /// <exception cref="ValidationTooLongException">It takes too many steps.</exception>
    /// <exception cref="InsufficientExecutionStackException">The schema contains itself without end.</exception>
    public static ICollection<ValidationError> Validate(string json, JsonSchema schema, SchemaPatterns patterns) =>
        new BoundedValidator(patterns).Validate(json, schema, SchemaType.JsonSchema);

    protected override ICollection<ValidationError> Validate(
        JToken token, JsonSchema schema, SchemaType schemaType, string? propertyName, string propertyPath)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        if (++_steps > MaxSteps)
        {
            throw new ValidationTooLongException();
        }

        var errors = base.Validate(token, schema, schemaType, propertyName, propertyPath);
        if (token.Type == JTokenType.String && !_patterns.Fits(schema.ActualSchema, (string)token!))
        {
            errors.Add(new ValidationError(ValidationErrorKind.PatternMismatch, propertyName, propertyPath, token, schema));
        }

        return errors;
    }
}

/// <summary>A validation was given up.</summary>
internal sealed class ValidationTooLongException : Exception;
