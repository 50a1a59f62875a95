using LlmGateway.Evaluation.Models;

namespace LlmGateway.Evaluation.Graders;

/// <summary>
/// What a grader said, in OpenAI's form, in which a reward is always a number: it is 0 for an error and an abstention, and which of
/// these it was is in <c>errors</c> and in <c>scores</c>, where an absent score is null.
/// </summary>
internal sealed record GraderRunView(
    double Reward,
    GraderRunMetadata Metadata,
    IReadOnlyDictionary<string, double?> SubRewards,
    IReadOnlyDictionary<string, TokenCounts> ModelGraderTokenUsagePerModel)
{
    public static GraderRunView Of(IGrader grader, Grade grade, GraderErrors errors, TimeSpan elapsed)
    {
        var usages = grade.Usages.GroupBy(usage => usage.Model).ToDictionary(group => group.Key, group => TokenCounts.Of(group.Aggregate((a, b) => a.Plus(b))));
        var metadata = new GraderRunMetadata(
            grader.Name,
            grader.Type,
            errors,
            elapsed.TotalSeconds,
            new Dictionary<string, double?> { [grader.Name] = grade.Score },
            usages.Count == 0 ? null : usages.Values.Sum(counts => counts.TotalTokens),
            usages.Keys.FirstOrDefault(),
            grade.Passed,
            grade.Reason ?? grade.Error);
        return new GraderRunView(grade.Score ?? 0, metadata, grade.Parts.ToDictionary(part => part.Name, part => part.Grade.Score), usages);
    }
}

/// <summary>How a grader came to its reward. Ours are <c>passed</c> and <c>reason</c>, which is also an error's text.</summary>
/// <param name="Name">The grader's name.</param>
/// <param name="Type">Its kind.</param>
/// <param name="Errors">What went wrong.</param>
/// <param name="ExecutionTime">In seconds.</param>
/// <param name="Scores">The grader's score by its name; null for an abstention and for an error.</param>
/// <param name="TokenUsage">All tokens of its models; null without any.</param>
/// <param name="SampledModelName">The first model that it asked; null for none.</param>
/// <param name="Passed">Whether the score is enough; null without one.</param>
/// <param name="Reason">Why; null where there is nothing to say.</param>
internal sealed record GraderRunMetadata(
    string Name,
    string Type,
    GraderErrors Errors,
    double ExecutionTime,
    IReadOnlyDictionary<string, double?> Scores,
    long? TokenUsage,
    string? SampledModelName,
    bool? Passed,
    string? Reason);

/// <summary>Tokens of a model; null where the provider did not say.</summary>
internal sealed record TokenCounts(long? PromptTokens, long? CompletionTokens, long? TotalTokens)
{
    public static TokenCounts Of(ModelUsage usage) => new(usage.PromptTokens, usage.CompletionTokens, usage.TotalTokens);
}
