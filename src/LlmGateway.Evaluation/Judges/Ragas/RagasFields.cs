using System.Text.Json;
using LlmGateway.Evaluation.Graders;
using LlmGateway.Evaluation.Templates;

namespace LlmGateway.Evaluation.Judges.Ragas;

/// <summary>What the metrics' definitions and results have in common.</summary>
internal static class RagasFields
{
    private const double DefaultThreshold = 0.5;

    /// <summary>0.5 where none is given.</summary>
    public static double PassThreshold(this JsonFields fields) => fields.FindNumber("pass_threshold", 0, 1) ?? DefaultThreshold;

    /// <summary>The answer that is judged: the sample's text where none is named.</summary>
    public static Template Answer(this JsonFields fields, TemplateScope scope) => fields.TemplateOrOutput("answer", scope);

    public static Template? FindQuestion(this JsonFields fields, TemplateScope scope) =>
        fields.Find("question") is null ? null : fields.Template("question", scope);

    public static string Joined(this IEnumerable<string> contexts) => string.Join("\n\n", contexts);

    public static Grade WithDetails<T>(this Grade grade, T details) =>
        grade with { Details = JsonSerializer.SerializeToElement(details, EvaluationJson.TypeInfo<T>()) };
}
