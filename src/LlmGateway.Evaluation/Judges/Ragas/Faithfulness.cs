using LlmGateway.Evaluation.Graders;
using LlmGateway.Evaluation.Templates;

namespace LlmGateway.Evaluation.Judges.Ragas;

/// <summary>
/// RAGAS's <c>faithfulness</c>: the share of the answer's claims that follow from the retrieved contexts. S. Es et al., RAGAS:
/// Automated evaluation of retrieval augmented generation, 2023 (arXiv 2309.15217), section 3. An answer without claims is an
/// abstention; without contexts no claim follows, and the score is 0.
/// </summary>
internal sealed class Faithfulness(Template? question, Template answer, ContextList contexts, double threshold) : IJudgement
{
    public const string Kind = "faithfulness";

    public string Prompt => Claims.Prompt;

    public bool IsBinary => false;

    public static Faithfulness Read(JsonFields fields, TemplateScope scope)
    {
        fields.Only("type", "name", "model", "question", "answer", "contexts", "pass_threshold", "sampling_params");
        return new Faithfulness(fields.FindQuestion(scope), fields.Answer(scope), ContextList.Read(fields, scope), fields.PassThreshold());
    }

    public async Task<Grade> JudgeAsync(JudgeSession session, GradedItem item)
    {
        var text = contexts.Render(item.Values).Joined();
        var claims = await Claims.ExtractAsync(session, question?.Render(item.Values), answer.Render(item.Values));
        var verdicts = await Claims.JudgeAsync(session, claims, text);
        return ClaimShare.Grade(verdicts, threshold, "The answer makes no claim.").WithDetails(new ClaimDetails(session.Version, verdicts));
    }
}
