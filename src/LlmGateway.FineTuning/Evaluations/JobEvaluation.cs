namespace LlmGateway.FineTuning.Evaluations;

/// <summary>How a fine-tuned model compares with its base, as the job shows it.</summary>
internal sealed record JobEvaluation
{
    public const string Running = "running";
    public const string Completed = "completed";
    public const string Failed = "failed";
    public const string Skipped = "skipped";

    /// <summary><see cref="Running"/>, <see cref="Completed"/>, <see cref="Failed"/>, or <see cref="Skipped"/> where there is nothing to compare on.</summary>
    public required string Status { get; init; }

    /// <summary>Why it was skipped or failed, and what to do.</summary>
    public string? Reason { get; init; }

    /// <summary>On examples like those that were trained on, which neither model has seen.</summary>
    public SetEvaluation? HeldOut { get; init; }

    /// <summary>On other tasks: what the model has forgotten.</summary>
    public SetEvaluation? General { get; init; }

    /// <summary>The fine-tuned model with less said to it, against itself with all of it: what can be saved. Each with its own part left out.</summary>
    public IReadOnlyList<PromptPruning>? Pruning { get; init; }
}

/// <summary>Two models on one set.</summary>
/// <param name="EvalId">The eval with its runs.</param>
/// <param name="Criterion"><c>exact_match</c> for labels, else <c>text_similarity</c> (ROUGE-L).</param>
/// <param name="Items">Examples.</param>
/// <param name="BaseRun">The base's run.</param>
/// <param name="FineTunedRun">The fine-tuned model's run.</param>
/// <param name="Comparison">The paired comparison.</param>
internal sealed record SetEvaluation(string EvalId, string Criterion, int Items, string BaseRun, string FineTunedRun, PairedResult Comparison);

/// <summary>A comparison as the evaluation service has it, with intervals of 95 %.</summary>
/// <param name="ComparisonId">It with all its figures.</param>
/// <param name="Baseline">The baseline's share or mean.</param>
/// <param name="Candidate">The candidate's.</param>
/// <param name="Difference">Candidate less baseline; null where no item has a score in both runs.</param>
/// <param name="DifferenceLow">Its interval's lower end.</param>
/// <param name="DifferenceHigh">Its interval's upper end.</param>
/// <param name="Verdict"><see cref="Better"/>, <c>worse</c> or <c>no_difference_shown</c>.</param>
/// <param name="LatencyMsDifference">Of the means; null when unknown.</param>
/// <param name="CostUsdDifference">Of the means of an item; null when unknown.</param>
internal sealed record PairedResult(
    string ComparisonId,
    double? Baseline,
    double? Candidate,
    double? Difference,
    double? DifferenceLow,
    double? DifferenceHigh,
    string Verdict,
    double? LatencyMsDifference,
    double? CostUsdDifference)
{
    public const string Better = "better";
}

/// <summary>What leaving out a part of the prompt does to the fine-tuned model.</summary>
/// <param name="LeftOut"><c>instructions</c>, or <c>instructions_and_examples</c>: all but the last message.</param>
/// <param name="Run">Its run.</param>
/// <param name="Comparison">With the whole prompt as the baseline.</param>
/// <param name="InputTokensSaved">Of an example, in the mean; null when unknown.</param>
/// <param name="WithoutLoss">Whether at most <see cref="Margin"/> is lost, by the interval's lower end.</param>
internal sealed record PromptPruning(string LeftOut, string Run, PairedResult Comparison, double? InputTokensSaved, bool WithoutLoss)
{
    /// <summary>What counts as no loss: two points of a hundred.</summary>
    public const double Margin = 0.02;
}
