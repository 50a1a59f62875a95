using LlmGateway.Evaluation.Graders;
using LlmGateway.Evaluation.Templates;

namespace LlmGateway.Evaluation.Judges.Ragas;

/// <summary>
/// RAGAS's <c>noise_sensitivity</c>: the share of the answer's claims that are wrong by the reference and yet follow from a
/// retrieved context: a relevant one, which supports a claim of the reference, or only from irrelevant ones. The idea is of
/// RAGChecker (D. Ru et al., 2024, arXiv 2408.08067). The score is 1 less that share, for in every score more is better; the
/// share itself is in the details.
/// </summary>
internal sealed class NoiseSensitivity(
    Template? question, Template answer, Template reference, ContextList contexts, bool ofRelevant, double threshold) : IJudgement
{
    public const string Kind = "noise_sensitivity";
    private const string Relevant = "relevant";

    public string Prompt => Claims.Prompt;

    public bool IsBinary => false;

    /// <summary>Of relevant contexts where no mode is given.</summary>
    public static NoiseSensitivity Read(JsonFields fields, TemplateScope scope)
    {
        fields.Only("type", "name", "model", "question", "answer", "reference", "contexts", "mode", "pass_threshold", "sampling_params");
        return new NoiseSensitivity(
            fields.FindQuestion(scope),
            fields.Answer(scope),
            fields.Template("reference", scope),
            ContextList.Read(fields, scope),
            fields.Find("mode") is null || fields.Choice("mode", Relevant, "irrelevant") == Relevant,
            fields.PassThreshold());
    }

    public async Task<Grade> JudgeAsync(JudgeSession session, GradedItem item)
    {
        var (asked, wanted) = (question?.Render(item.Values), reference.Render(item.Values));
        var claims = await Claims.ExtractAsync(session, asked, answer.Render(item.Values));
        if (claims.Count == 0)
        {
            return Grade.Abstained("The answer makes no claim.");
        }

        var wantedClaims = await Claims.ExtractAsync(session, asked, wanted);
        var correct = await Claims.JudgeAsync(session, claims, wanted);
        var judged = new List<JudgedContext>();
        foreach (var context in contexts.Render(item.Values))
        {
            var isRelevant = (await Claims.JudgeAsync(session, wantedClaims, context)).Any(verdict => verdict.Supported);
            judged.Add(new JudgedContext(isRelevant, await Claims.JudgeAsync(session, claims, context)));
        }

        List<NoisyClaim> noisy = [.. claims.Select((claim, index) => new NoisyClaim(
            claim, correct[index].Supported, FollowsFrom(judged, index, isRelevant: true), FollowsFrom(judged, index, isRelevant: false)))];
        var misled = noisy.Count(claim => claim.IsMisledBy(ofRelevant));
        var sensitivity = (double)misled / noisy.Count;
        return Grade.Scored(1 - sensitivity, 1 - sensitivity >= threshold, $"{misled} of {noisy.Count} claims are wrong and taken from {(ofRelevant ? "relevant" : "irrelevant")} contexts.")
            .WithDetails(new NoiseSensitivityDetails(session.Version, sensitivity, noisy, [.. judged.Select(context => context.IsRelevant)]));
    }

    private static bool FollowsFrom(IEnumerable<JudgedContext> contexts, int claim, bool isRelevant) =>
        contexts.Any(context => context.IsRelevant == isRelevant && context.Verdicts[claim].Supported);
}

/// <summary>A context, and the answer's claims by it.</summary>
internal sealed record JudgedContext(bool IsRelevant, IReadOnlyList<ClaimVerdict> Verdicts);

/// <summary>A claim of the answer, and where it comes from.</summary>
/// <param name="Claim">The claim.</param>
/// <param name="Correct">Whether it follows from the reference.</param>
/// <param name="InRelevant">Whether it follows from a context that supports the reference.</param>
/// <param name="InIrrelevant">Whether it follows from a context that does not.</param>
internal sealed record NoisyClaim(string Claim, bool Correct, bool InRelevant, bool InIrrelevant)
{
    /// <summary>A claim counts once: where a relevant context has it, irrelevant ones are not to blame.</summary>
    public bool IsMisledBy(bool relevant) => !Correct && (relevant ? InRelevant : InIrrelevant && !InRelevant);
}

/// <summary>What stands behind a sensitivity to noise.</summary>
/// <param name="Version">The judge's.</param>
/// <param name="NoiseSensitivity">The published figure, of which lower is better.</param>
/// <param name="Claims">The answer's claims.</param>
/// <param name="RelevantContexts">Of each context in order, whether it supports a claim of the reference.</param>
internal sealed record NoiseSensitivityDetails(
    string Version, double NoiseSensitivity, IReadOnlyList<NoisyClaim> Claims, IReadOnlyList<bool> RelevantContexts);
