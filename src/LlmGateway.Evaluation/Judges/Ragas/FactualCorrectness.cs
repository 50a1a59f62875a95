using LlmGateway.Evaluation.Graders;
using LlmGateway.Evaluation.Templates;

namespace LlmGateway.Evaluation.Judges.Ragas;

/// <summary>
/// RAGAS's <c>factual_correctness</c>: the answer's claims that follow from the reference (TP) and those that do not (FP), and
/// the reference's claims that the answer lacks (FN). Precision TP/(TP+FP), recall TP/(TP+FN), or F1 2TP/(2TP+FP+FN). Where its
/// divisor is 0 there is nothing to judge.
/// </summary>
internal sealed class FactualCorrectness(Template? question, Template answer, Template reference, string mode, double threshold) : IJudgement
{
    public const string Kind = "factual_correctness";
    private const string Precision = "precision";
    private const string Recall = "recall";
    private const string F1 = "f1";

    public string Prompt => Claims.Prompt;

    public bool IsBinary => false;

    /// <summary>F1 where no mode is given.</summary>
    public static FactualCorrectness Read(JsonFields fields, TemplateScope scope)
    {
        fields.Only("type", "name", "model", "question", "answer", "reference", "mode", "pass_threshold", "sampling_params");
        return new FactualCorrectness(
            fields.FindQuestion(scope),
            fields.Answer(scope),
            fields.Template("reference", scope),
            fields.Find("mode") is null ? F1 : fields.Choice("mode", Precision, Recall, F1),
            fields.PassThreshold());
    }

    public async Task<Grade> JudgeAsync(JudgeSession session, GradedItem item)
    {
        var (asked, said, wanted) = (question?.Render(item.Values), answer.Render(item.Values), reference.Render(item.Values));
        var claimed = await Claims.JudgeAsync(session, await Claims.ExtractAsync(session, asked, said), wanted);
        var missing = mode == Precision ? [] : await Claims.JudgeAsync(session, await Claims.ExtractAsync(session, asked, wanted), said);
        var truePositives = claimed.Count(verdict => verdict.Supported);
        var (falsePositives, falseNegatives) = (claimed.Count - truePositives, missing.Count(verdict => !verdict.Supported));
        var (share, whole) = mode switch
        {
            Precision => (truePositives, claimed.Count),
            Recall => (truePositives, truePositives + falseNegatives),
            _ => (2 * truePositives, (2 * truePositives) + falsePositives + falseNegatives),
        };
        var grade = whole == 0
            ? Grade.Abstained("There is no claim to judge.")
            : Grade.Scored((double)share / whole, (double)share / whole >= threshold, $"{truePositives} claims are right, {falsePositives} wrong, and {falseNegatives} missing.");
        return grade.WithDetails(new FactualCorrectnessDetails(session.Version, claimed, missing));
    }
}

/// <summary>What stands behind a factual correctness.</summary>
/// <param name="Version">The judge's.</param>
/// <param name="AnswerClaims">The answer's claims, against the reference.</param>
/// <param name="ReferenceClaims">The reference's, against the answer; empty where precision alone is asked.</param>
internal sealed record FactualCorrectnessDetails(string Version, IReadOnlyList<ClaimVerdict> AnswerClaims, IReadOnlyList<ClaimVerdict> ReferenceClaims);
