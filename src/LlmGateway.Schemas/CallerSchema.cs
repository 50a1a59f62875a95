using System.Text.Json;
using System.Text.RegularExpressions;
using LlmGateway.Service;
using NJsonSchema;
using NJsonSchema.Validation;

namespace LlmGateway.Schemas;

/// <summary>A JSON Schema that a caller gave, ready to validate. What it promises is checked in full: a schema with a keyword that the validator passes over is refused.</summary>
public sealed class CallerSchema
{
    private const int MaxErrors = 5;
    private readonly JsonSchema _schema;
    private readonly SchemaPatterns _patterns;

    private CallerSchema(JsonSchema schema, SchemaPatterns patterns) => (_schema, _patterns) = (schema, patterns);

    /// <summary>Reads a schema.</summary>
    /// <param name="schema">An object of at most 100,000 characters, nested at most 32 deep; references stay inside it.</param>
    /// <param name="field">Where it stands in the request, for errors.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="ApiException">It is no schema, or asks for what is not validated (400, naming the place).</exception>
    public static async Task<CallerSchema> ParseAsync(JsonElement schema, string field, CancellationToken cancellationToken)
    {
        var text = SchemaRules.Check(schema, field);
        try
        {
            var parsed = await JsonSchema.FromJsonAsync(SchemaDefinitions.Normalize(text), cancellationToken);
            return new CallerSchema(parsed, SchemaPatterns.TakeFrom(parsed));
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            throw new ApiException(ApiErrors.BadRequest($"'{field}' is not a JSON Schema: {exception.Message}", field));
        }
    }

    /// <summary>What is wrong with a value, at most five errors such as <c>#/answer: StringExpected</c>; empty if nothing is. They quote no value.</summary>
    /// <param name="json">The value. More than JSON is taken, such as comments: whoever has not parsed it yet must.</param>
    public IReadOnlyList<SchemaError> Validate(string json)
    {
        try
        {
            return [.. BoundedValidator.Validate(json, _schema, _patterns).SelectMany(Leaves).Take(MaxErrors).Select(error => new SchemaError(error.Path is null or "#/" ? "#" : error.Path, error.Kind.ToString()))];
        }
        catch (Exception exception) when (exception is RegexMatchTimeoutException or ValidationTooLongException or InsufficientExecutionStackException)
        {
            return [new SchemaError("#", "the schema takes too long to check")];
        }
    }

    /// <summary>What is wrong inside a part says more than that the part is; of alternatives, each has its own reason.</summary>
    private static IEnumerable<ValidationError> Leaves(ValidationError error) =>
        error is ChildSchemaValidationError { Kind: not (ValidationErrorKind.NotAnyOf or ValidationErrorKind.NotOneOf) } part && part.Errors.Values.Any(inner => inner.Count > 0)
            ? part.Errors.Values.SelectMany(inner => inner).SelectMany(Leaves)
            : [error];
}

/// <summary>What is wrong with a value; as text <c>#/answer: StringExpected</c>.</summary>
/// <param name="Path">Where in the value.</param>
/// <param name="Kind">What, without words of the value.</param>
public readonly record struct SchemaError(string Path, string Kind)
{
    public override string ToString() => $"{Path}: {Kind}";
}
