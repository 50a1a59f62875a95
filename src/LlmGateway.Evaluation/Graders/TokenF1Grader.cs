using LlmGateway.Evaluation.Templates;
using LlmGateway.Text.Metrics;

namespace LlmGateway.Evaluation.Graders;

/// <summary>Ours: <c>token_f1</c>, SQuAD's F1 of shared words, with the best of the references.</summary>
internal sealed class TokenF1Grader : IGrader
{
    public const string Kind = "token_f1";

    private readonly Template _input;
    private readonly IReadOnlyList<Template> _references;
    private readonly double _threshold;

    private TokenF1Grader(string name, Template input, IReadOnlyList<Template> references, double threshold) =>
        (Name, _input, _references, _threshold) = (name, input, references, threshold);

    public string Name { get; }

    public string Type => Kind;

    public bool IsBinary => false;

    public bool CallsModels => false;

    public static TokenF1Grader Read(JsonFields fields, TemplateScope scope)
    {
        fields.Only("type", "name", "input", "reference", "pass_threshold");
        return new TokenF1Grader(
            fields.GraderName(), fields.TemplateOrOutput("input", scope), fields.References("reference", scope), fields.PassThreshold(0.5));
    }

    public Task<Grade> GradeAsync(GradedItem item, CancellationToken cancellationToken)
    {
        var answer = _input.Render(item.Values);
        var score = _references.Max(reference => SquadAnswer.F1(answer, reference.Render(item.Values)));
        return Task.FromResult(Grade.Scored(score, score >= _threshold));
    }
}
