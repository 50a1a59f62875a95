using System.Text.Json;
using System.Text.Json.Serialization;
using LlmGateway.Evaluation.Graders;
using LlmGateway.Evaluation.Sampling;

namespace LlmGateway.Evaluation.Runs;

/// <summary>How an item came out.</summary>
/// <param name="Sample">What the model said; null where there was nothing to sample, and where it could not be had.</param>
/// <param name="Fault">Why the sample could not be had; null if it could.</param>
/// <param name="Grades">The graders' judgements, in the eval's order; empty without a sample.</param>
internal sealed record ItemOutcome(Sample? Sample, ApiFault? Fault, IReadOnlyList<(IGrader Grader, Grade Grade)> Grades)
{
    /// <summary>One of <see cref="ItemStatus"/>: passed is what every grader with an opinion passed.</summary>
    public string Status =>
        Fault is not null || Grades.Any(entry => entry.Grade.Error is not null) ? ItemStatus.Errored
        : Grades.All(entry => entry.Grade.Score is null) ? ItemStatus.Abstained
        : Grades.All(entry => entry.Grade.Passed is not false) ? ItemStatus.Passed
        : ItemStatus.Failed;
}

/// <summary>A grader's result in OpenAI's form. Ours are <c>reason</c>, <c>error</c>, <c>details</c> and <c>labels</c>; a score of null is an abstention, or an error.</summary>
internal sealed record ItemResult(
    string Name, string Type, double? Score, bool? Passed, string? Reason, ApiFault? Error,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] JsonElement? Details,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] LabelPair? Labels)
{
    public static ItemResult Of(IGrader grader, Grade grade) => new(
        grader.Name, grader.Type, grade.Score, grade.Passed, grade.Reason, grade.Error is { } error ? new ApiFault("grader_error", error) : null, grade.Details, grade.Labels);
}
