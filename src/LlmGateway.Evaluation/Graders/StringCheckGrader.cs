using LlmGateway.Evaluation.Templates;

namespace LlmGateway.Evaluation.Graders;

/// <summary>OpenAI's <c>string_check</c>: equality, or whether the input contains the reference.</summary>
internal sealed class StringCheckGrader : IGrader
{
    public const string Kind = "string_check";

    private readonly Template _input;
    private readonly Template _reference;
    private readonly Func<string, string, bool> _holds;

    private StringCheckGrader(string name, Template input, Template reference, Func<string, string, bool> holds) =>
        (Name, _input, _reference, _holds) = (name, input, reference, holds);

    public string Name { get; }

    public string Type => Kind;

    public bool IsBinary => true;

    public bool CallsModels => false;

    public static StringCheckGrader Read(JsonFields fields, TemplateScope scope)
    {
        fields.Only("type", "name", "input", "reference", "operation");
        var operation = fields.Choice("operation", "eq", "ne", "like", "ilike");
        return new StringCheckGrader(fields.GraderName(), fields.Template("input", scope), fields.Template("reference", scope), Operation(operation));
    }

    public Task<Grade> GradeAsync(GradedItem item, CancellationToken cancellationToken) =>
        Task.FromResult(Grade.Binary(_holds(_input.Render(item.Values), _reference.Render(item.Values))));

    private static Func<string, string, bool> Operation(string operation) => operation switch
    {
        "eq" => (input, reference) => input == reference,
        "ne" => (input, reference) => input != reference,
        "like" => (input, reference) => input.Contains(reference, StringComparison.Ordinal),
        _ => (input, reference) => input.Contains(reference, StringComparison.OrdinalIgnoreCase),
    };
}
