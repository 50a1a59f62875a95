namespace LlmGateway.Evaluation.Comparisons;

/// <summary>
/// Runs of one eval compared item by item with a baseline. Intervals are of 95 %. The seed chose the resamples: the same one
/// gives the same figures.
/// </summary>
internal sealed record ComparisonView(
    string Id, string Object, string EvalId, long CreatedAt, int Seed, ComparedRun Baseline, IReadOnlyList<CandidateView> Candidates);

/// <summary>A run and what it cost. Unknown is null.</summary>
internal sealed record ComparedRun(
    string RunId, string Name, string Model, int Items, int Errored, double? MeanLatencyMs, decimal? CostUsd, long? TotalTokens);

/// <summary>A run, by each testing criterion against the baseline.</summary>
internal sealed record CandidateView(ComparedRun Run, IReadOnlyList<CriterionComparison> Results);

/// <summary>A run against the baseline by one testing criterion, over the items that both have a score for.</summary>
/// <param name="TestingCriteria">The criterion's name.</param>
/// <param name="Kind"><c>binary</c>: shares that passed; <c>numeric</c>: mean scores.</param>
/// <param name="Pairs">Items that were compared.</param>
/// <param name="LeftOut">Items that were not, and why.</param>
/// <param name="Baseline">The baseline's share with Wilson's interval, or its mean.</param>
/// <param name="Candidate">The same of the candidate.</param>
/// <param name="Difference">Candidate less baseline: Newcombe's paired interval, or the bias-corrected bootstrap's.</param>
/// <param name="Method">The test: <c>mcnemar_exact</c> or <c>sign_flip</c>.</param>
/// <param name="P">Two-sided.</param>
/// <param name="AdjustedP">By Holm, for all that this comparison asks.</param>
/// <param name="MidP">McNemar's mid-p; null for numeric scores.</param>
/// <param name="Counts">Who passed; null for numeric scores.</param>
/// <param name="Verdict"><c>better</c>, <c>worse</c> or <c>no_difference_shown</c>, at 5 % of the adjusted p.</param>
/// <param name="ItemsNeeded">Items that would show a difference like this one four times in five; null if it was shown, and if there is none.</param>
/// <param name="DetectableDifference">The difference that so many items show four times in five; null if unknown.</param>
/// <param name="Improvements">Items on which the candidate scored higher.</param>
/// <param name="Regressions">Items on which it scored lower.</param>
internal sealed record CriterionComparison(
    string TestingCriteria,
    string Kind,
    int Pairs,
    LeftOutItems LeftOut,
    Estimate Baseline,
    Estimate Candidate,
    Estimate Difference,
    string Method,
    double? P,
    double? AdjustedP,
    double? MidP,
    DiscordanceCounts? Counts,
    string Verdict,
    int? ItemsNeeded,
    double? DetectableDifference,
    ChangedItems Improvements,
    ChangedItems Regressions);

/// <summary>A figure with its interval; null where there is none.</summary>
internal sealed record Estimate(double? Value, double? Low, double? High);

/// <summary>Items without a pair of scores. An error or abstention in either run takes the pair out, and is never a zero.</summary>
internal sealed record LeftOutItems(int BaselineOnly, int CandidateOnly, int Errored, int Abstained);

/// <summary>Pairs by who passed.</summary>
internal sealed record DiscordanceCounts(int BothPassed, int OnlyBaselinePassed, int OnlyCandidatePassed, int NeitherPassed);

/// <summary>Items that changed, the largest changes first; at most <see cref="Limit"/> are named.</summary>
internal sealed record ChangedItems(int Count, IReadOnlyList<ChangedItem> Items)
{
    public const int Limit = 100;
}

/// <summary>An item that changed, by its place in the data and its output items' ids.</summary>
internal sealed record ChangedItem(int DatasourceItemId, string BaselineItemId, string CandidateItemId, double BaselineScore, double CandidateScore);
