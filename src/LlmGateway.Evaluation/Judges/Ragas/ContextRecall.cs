using LlmGateway.Evaluation.Graders;
using LlmGateway.Evaluation.Templates;

namespace LlmGateway.Evaluation.Judges.Ragas;

/// <summary>
/// RAGAS's <c>context_recall</c>: the share of the reference's claims that follow from the retrieved contexts, which is what
/// retrieval found of what it should. Without contexts it is 0; a reference without claims is an abstention.
/// </summary>
internal sealed class ContextRecall(Template? question, Template reference, ContextList contexts, double threshold) : IJudgement
{
    public const string Kind = "context_recall";

    public string Prompt => Claims.Prompt;

    public bool IsBinary => false;

    public static ContextRecall Read(JsonFields fields, TemplateScope scope)
    {
        fields.Only("type", "name", "model", "question", "reference", "contexts", "pass_threshold", "sampling_params");
        return new ContextRecall(fields.FindQuestion(scope), fields.Template("reference", scope), ContextList.Read(fields, scope), fields.PassThreshold());
    }

    public async Task<Grade> JudgeAsync(JudgeSession session, GradedItem item)
    {
        var text = contexts.Render(item.Values).Joined();
        var claims = await Claims.ExtractAsync(session, question?.Render(item.Values), reference.Render(item.Values));
        var verdicts = await Claims.JudgeAsync(session, claims, text);
        return ClaimShare.Grade(verdicts, threshold, "The reference makes no claim.").WithDetails(new ClaimDetails(session.Version, verdicts));
    }
}
