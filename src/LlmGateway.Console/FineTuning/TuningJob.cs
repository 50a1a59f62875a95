using System.Text.Json;

namespace LlmGateway.Console.FineTuning;

/// <summary>A fine-tuning job, as far as it is shown.</summary>
/// <param name="Hold">Why it waits for somebody: <c>paused</c> or <c>approval</c>; null unless it does.</param>
/// <param name="CreatedAt">Unix seconds.</param>
/// <param name="EstimatedCostUsd">Before it has trained; null where no price is known.</param>
/// <param name="Evaluation">How its model compares with its base; null before that has begun.</param>
public sealed record TuningJob(
    string Id,
    string Status,
    string? Hold,
    string Model,
    string? FineTunedModel,
    double CreatedAt,
    double? FinishedAt,
    double? EstimatedFinish,
    TuningError? Error,
    TuningMethod? Method,
    JsonElement Hyperparameters,
    string? TrainingFile,
    string? ValidationFile,
    TuningData? Dataset,
    long? TrainedTokens,
    double? EstimatedCostUsd,
    double? CostUsd,
    IReadOnlyList<string>? ResultFiles,
    TuningEvaluation? Evaluation,
    long Seed)
{
    private static readonly TimeSpan EvaluationBegins = TimeSpan.FromMinutes(2);

    public bool HasEnded => Status is "succeeded" or "failed" or "cancelled";

    public bool Trains => Status == "running";

    /// <summary>Whether something may still come by itself.</summary>
    public bool IsUnderWay => !HasEnded || Evaluation?.Status == "running" || (Status == "succeeded" && Evaluation is null && HasJustEnded);

    public string? ResultFile => ResultFiles is [var file, ..] ? file : null;

    private bool HasJustEnded => FinishedAt is { } at && TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() - at < EvaluationBegins.TotalSeconds;
}

/// <summary>Why a job failed.</summary>
public sealed record TuningError(string? Code, string Message, string? Param);

/// <param name="Type"><c>supervised</c>, <c>dpo</c> or <c>reinforcement</c>.</param>
public sealed record TuningMethod(string Type);

/// <summary>The version of a dataset that is trained on.</summary>
public sealed record TuningData(string Id, string? Version, string? Split, string? ValidationSplit);

/// <param name="Status"><c>running</c>, <c>completed</c>, <c>failed</c> or <c>skipped</c>.</param>
/// <param name="Reason">Why it was skipped or failed.</param>
/// <param name="HeldOut">On examples like those that were trained on.</param>
/// <param name="General">On other tasks.</param>
/// <param name="Pruning">The model with less said to it, against itself.</param>
public sealed record TuningEvaluation(string Status, string? Reason, TuningComparison? HeldOut, TuningComparison? General, IReadOnlyList<TuningPruning>? Pruning);

/// <summary>Base and fine-tuned model on one set.</summary>
public sealed record TuningComparison(string EvalId, string Criterion, int Items, string BaseRun, string FineTunedRun, TuningDifference Comparison);

/// <param name="LeftOut"><c>instructions</c>, or <c>instructions_and_examples</c>.</param>
/// <param name="Comparison">With the whole prompt as the baseline.</param>
/// <param name="InputTokensSaved">Of a call, in the mean.</param>
/// <param name="WithoutLoss">Whether next to nothing is lost, for sure.</param>
public sealed record TuningPruning(string LeftOut, TuningDifference Comparison, double? InputTokensSaved, bool WithoutLoss);

/// <summary>A paired comparison, with its interval of 95 %.</summary>
public sealed record TuningDifference(
    string ComparisonId,
    double? Baseline,
    double? Candidate,
    double? Difference,
    double? DifferenceLow,
    double? DifferenceHigh,
    string Verdict,
    double? LatencyMsDifference,
    double? CostUsdDifference);
