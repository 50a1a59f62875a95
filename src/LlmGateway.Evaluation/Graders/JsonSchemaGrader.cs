using System.Text.Json;
using LlmGateway.Evaluation.Templates;
using LlmGateway.Schemas;

namespace LlmGateway.Evaluation.Graders;

/// <summary>Ours: <c>json_schema</c>, whether the input is JSON that a schema allows.</summary>
internal sealed class JsonSchemaGrader : IGrader
{
    public const string Kind = "json_schema";

    private readonly Template _input;
    private readonly CallerSchema _schema;

    private JsonSchemaGrader(string name, Template input, CallerSchema schema) => (Name, _input, _schema) = (name, input, schema);

    public string Name { get; }

    public string Type => Kind;

    public bool IsBinary => true;

    public bool CallsModels => false;

    public static async Task<JsonSchemaGrader> ReadAsync(JsonFields fields, TemplateScope scope, CancellationToken cancellationToken)
    {
        fields.Only("type", "name", "input", "schema");
        var schema = await CallerSchema.ParseAsync(fields.Value("schema"), fields.At("schema"), cancellationToken);
        return new JsonSchemaGrader(fields.GraderName(), fields.TemplateOrOutput("input", scope), schema);
    }

    public Task<Grade> GradeAsync(GradedItem item, CancellationToken cancellationToken) => Task.FromResult(Judge(_input.Render(item.Values)));

    private Grade Judge(string text)
    {
        try
        {
            // The validator's own reader takes more than JSON: comments, single quotes.
            using var document = JsonDocument.Parse(text);
        }
        catch (JsonException exception)
        {
            return Grade.Binary(false, $"Not JSON: {exception.Message}");
        }

        var violations = _schema.Validate(text);
        return Grade.Binary(violations.Count == 0, violations.Count == 0 ? null : string.Join("; ", violations));
    }
}
