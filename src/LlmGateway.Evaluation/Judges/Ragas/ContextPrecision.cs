using System.Text.Json;
using LlmGateway.Evaluation.Graders;
using LlmGateway.Evaluation.Models;
using LlmGateway.Evaluation.Templates;

namespace LlmGateway.Evaluation.Judges.Ragas;

/// <summary>
/// RAGAS's <c>context_precision</c>: whether useful contexts stand before useless ones, Σₖ P@k · vₖ / Σₖ vₖ with vₖ = 1 for a
/// useful one, and 0 where none is. The plain share of useful ones stands beside it in the details, as the order is not always
/// what is asked. Without contexts there is nothing to judge.
/// </summary>
internal sealed class ContextPrecision(Template question, Template reference, ContextList contexts, double threshold) : IJudgement
{
    public const string Kind = "context_precision";

    private static readonly AnswerForm<UsefulVerdict> Form = new("""{"reason": "<why, in a sentence>", "useful": true or false}""", ReadVerdict);

    public string Prompt => $"Decide whether the context was useful to arrive at the answer to the question. {Form.Instruction}";

    public bool IsBinary => false;

    public static ContextPrecision Read(JsonFields fields, TemplateScope scope)
    {
        fields.Only("type", "name", "model", "question", "reference", "contexts", "pass_threshold", "sampling_params");
        return new ContextPrecision(
            fields.Template("question", scope), fields.Template("reference", scope), ContextList.Read(fields, scope), fields.PassThreshold());
    }

    public async Task<Grade> JudgeAsync(JudgeSession session, GradedItem item)
    {
        var (asked, answer) = (question.Render(item.Values), reference.Render(item.Values));
        var verdicts = new List<UsefulVerdict>();
        foreach (var context in contexts.Render(item.Values))
        {
            verdicts.Add(await session.AskAsync(
                [new("system", Prompt), new ChatText("user", $"Question:\n{asked}\n\nContext:\n{context}\n\nAnswer:\n{answer}")], Form));
        }

        if (verdicts.Count == 0)
        {
            return Grade.Abstained("There is no context to judge.");
        }

        var useful = verdicts.Count(verdict => verdict.Useful);
        var score = AveragePrecision(verdicts);
        return Grade.Scored(score, score >= threshold, $"{useful} of {verdicts.Count} contexts are useful.")
            .WithDetails(new ContextPrecisionDetails(session.Version, (double)useful / verdicts.Count, verdicts));
    }

    private static double AveragePrecision(List<UsefulVerdict> verdicts)
    {
        var (useful, sum) = (0, 0.0);
        for (var rank = 1; rank <= verdicts.Count; rank++)
        {
            if (verdicts[rank - 1].Useful)
            {
                useful++;
                sum += (double)useful / rank;
            }
        }

        return useful == 0 ? 0 : sum / useful;
    }

    private static UsefulVerdict? ReadVerdict(JsonElement answer) =>
        answer.FindTruth("useful") is { } useful ? new UsefulVerdict(useful, answer.FindText("reason")) : null;
}

/// <summary>Whether a context was useful.</summary>
internal sealed record UsefulVerdict(bool Useful, string? Reason);

/// <summary>What stands behind a context precision: the verdicts in the order of the contexts.</summary>
internal sealed record ContextPrecisionDetails(string Version, double UsefulShare, IReadOnlyList<UsefulVerdict> Contexts);
