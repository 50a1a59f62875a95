using System.Text.Json;

namespace LlmGateway.Evaluation.Online;

/// <summary>What became of the calls that a rule looked at, since it was made.</summary>
internal sealed record OnlineCounts(long Graded, SkippedCalls Skipped)
{
    public static readonly OnlineCounts None = new(0, new SkippedCalls(0, 0, 0, 0));

    public static OnlineCounts Parse(string json) => JsonSerializer.Deserialize(json, EvaluationJson.TypeInfo<OnlineCounts>())!;

    public string ToJson() => JsonSerializer.Serialize(this, EvaluationJson.TypeInfo<OnlineCounts>());

    public OnlineCounts Plus(OnlineCounts other) => new(
        Graded + other.Graded,
        new SkippedCalls(
            Skipped.Filter + other.Skipped.Filter,
            Skipped.Rate + other.Skipped.Rate,
            Skipped.Budget + other.Skipped.Budget,
            Skipped.AlreadyGraded + other.Skipped.AlreadyGraded));
}

/// <summary>Calls that were not graded, by the reason.</summary>
/// <param name="Filter">They did not meet a condition.</param>
/// <param name="Rate">They were not drawn.</param>
/// <param name="Budget">The day's budget was used up.</param>
/// <param name="AlreadyGraded">The rule graded them before.</param>
internal sealed record SkippedCalls(long Filter, long Rate, long Budget, long AlreadyGraded);
