namespace LlmGateway.Console.FineTuning;

/// <summary>What was found in a job's data before anything was paid for.</summary>
/// <param name="Errors">The first ten.</param>
/// <param name="ErrorCount">All of them.</param>
/// <param name="TrainingTokens">Tokens of the training data times the epochs.</param>
public sealed record TuningChecks(
    IReadOnlyList<CheckError> Errors,
    int ErrorCount,
    IReadOnlyList<CheckWarning> Warnings,
    CheckedPart Training,
    CheckedPart? Validation,
    int Epochs,
    long TrainingTokens,
    double? EstimatedCostUsd);

/// <param name="Part"><c>training</c> or <c>validation</c>.</param>
/// <param name="Place">Such as <c>Line 7000</c>; null for the whole.</param>
public sealed record CheckError(string Part, string? Place, string Message);

/// <param name="Code">Its kind, such as <c>duplicates</c>.</param>
public sealed record CheckWarning(string Code, string Message);

/// <param name="Labels">Of a classification; null for other tasks.</param>
public sealed record CheckedPart(int Examples, long Tokens, int LongestTokens, int Duplicates, CheckedLabels? Labels);

/// <param name="Most">Examples of the most frequent label.</param>
/// <param name="Fewest">Examples of the rarest.</param>
public sealed record CheckedLabels(int Count, int Most, int Fewest);
