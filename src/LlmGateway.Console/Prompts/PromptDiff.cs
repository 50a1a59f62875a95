using System.Text.Json;

namespace LlmGateway.Console.Prompts;

/// <summary>What is different between two versions, and what runs of evals found of each; null where evaluation is away.</summary>
public sealed record PromptDiff(int From, int To, IReadOnlyList<MessageDiff> Messages, IReadOnlyList<MemberDiff> Members, VersionEvaluations? Evaluations);

/// <param name="Change"><c>added</c>, <c>removed</c>, <c>changed</c> or <c>moved</c>.</param>
/// <param name="Role">Whose message it is.</param>
/// <param name="FromIndex">Its place before.</param>
/// <param name="ToIndex">Its place now.</param>
/// <param name="Lines">All its lines.</param>
public sealed record MessageDiff(string Change, string Role, int? FromIndex, int? ToIndex, IReadOnlyList<LineDiff> Lines);

/// <param name="Op"><c>equal</c>, <c>delete</c> or <c>insert</c>.</param>
/// <param name="Text">The line.</param>
public sealed record LineDiff(string Op, string Text);

/// <param name="Path">Such as <c>$.parameters.temperature</c>.</param>
/// <param name="From">Before.</param>
/// <param name="To">Now.</param>
public sealed record MemberDiff(string Path, JsonElement? From, JsonElement? To);

public sealed record VersionEvaluations(IReadOnlyList<VersionRun> From, IReadOnlyList<VersionRun> To);

/// <summary>A completed run that called a version.</summary>
public sealed record VersionRun(
    string EvalId, string EvalName, string RunId, string RunName, string Model, long CreatedAt, RunCounts ResultCounts, IReadOnlyList<CriterionResult> PerTestingCriteriaResults);
