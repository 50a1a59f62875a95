using LlmGateway.Evaluation.Templates;
using LlmGateway.Text.Metrics;

namespace LlmGateway.Evaluation.Graders;

/// <summary>
/// Ours: <c>exact_match</c>, equality with any of the references after SQuAD's normalisation, which passes over case,
/// punctuation, articles and spaces.
/// </summary>
internal sealed class ExactMatchGrader : IGrader
{
    public const string Kind = "exact_match";

    private readonly Template _input;
    private readonly IReadOnlyList<Template> _references;

    private ExactMatchGrader(string name, Template input, IReadOnlyList<Template> references) =>
        (Name, _input, _references) = (name, input, references);

    public string Name { get; }

    public string Type => Kind;

    public bool IsBinary => true;

    public bool CallsModels => false;

    public static ExactMatchGrader Read(JsonFields fields, TemplateScope scope)
    {
        fields.Only("type", "name", "input", "reference");
        return new ExactMatchGrader(fields.GraderName(), fields.TemplateOrOutput("input", scope), fields.References("reference", scope));
    }

    public Task<Grade> GradeAsync(GradedItem item, CancellationToken cancellationToken)
    {
        var answer = SquadAnswer.Normalize(_input.Render(item.Values));
        return Task.FromResult(Grade.Binary(_references.Any(reference => SquadAnswer.Normalize(reference.Render(item.Values)) == answer)));
    }
}
