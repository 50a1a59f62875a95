using System.Text.Json;
using LlmGateway.Evaluation.Evals;
using LlmGateway.Evaluation.Runs;
using LlmGateway.Schemas;
using LlmGateway.Service;

namespace LlmGateway.Evaluation.Insights;

/// <summary>The form that answers should have: a JSON Schema, or what a testing criterion checks.</summary>
internal sealed class FormatSettings
{
    private readonly CallerSchema? _validator;
    private readonly string? _criterion;

    private FormatSettings(JsonElement? schema, CallerSchema? validator, string? criterion, string? instruction) =>
        (Schema, _validator, _criterion, Instruction) = (schema, validator, criterion, instruction);

    /// <summary>Null where a criterion checks.</summary>
    public JsonElement? Schema { get; }

    /// <summary>Words that ask for the form; null for none.</summary>
    public string? Instruction { get; }

    /// <exception cref="ApiException">It names neither or both, or what is not there (400).</exception>
    public static async Task<FormatSettings> ReadAsync(JsonFields fields, EvalDefinition definition, CancellationToken cancellationToken)
    {
        fields.Only("schema", "testing_criterion", "instruction");
        var instruction = fields.FindText("instruction");
        if (fields.Find("testing_criterion") is not null)
        {
            return fields.Find("schema") is null
                ? new FormatSettings(null, null, fields.Criterion("testing_criterion", definition.Graders), instruction)
                : throw JsonFields.Invalid($"'{fields.Path}' has a 'schema' and a 'testing_criterion'; give one of them.", fields.Path);
        }

        var schema = fields.Value("schema");
        return new FormatSettings(schema, await CallerSchema.ParseAsync(schema, fields.At("schema"), cancellationToken), null, instruction);
    }

    /// <summary>Whether an answer has the form; null where the criterion could not tell.</summary>
    public bool? IsKept(string answer, IReadOnlyList<ItemResult> results) =>
        _validator is null ? results.FirstOrDefault(result => result.Name == _criterion)?.Passed : IsValid(answer);

    private bool IsValid(string answer)
    {
        try
        {
            // The validator's own reader takes more than JSON: comments, single quotes.
            using var document = JsonDocument.Parse(answer);
        }
        catch (JsonException)
        {
            return false;
        }

        return _validator!.Validate(answer).Count == 0;
    }
}
