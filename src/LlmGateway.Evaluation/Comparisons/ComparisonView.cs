namespace LlmGateway.Evaluation.Comparisons;

/// <summary>
/// Runs of one eval compared item by item with a baseline. Intervals are of 95 %. The seed chose the resamples: the same one
/// gives the same figures. Where items belong together, <c>cluster</c> is the reference by which.
/// </summary>
internal sealed record ComparisonView(
    string Id, string Object, string EvalId, long CreatedAt, int Seed, string? Cluster, ComparedRun Baseline, IReadOnlyList<CandidateView> Candidates);

/// <summary>The answer to a comparison's deletion.</summary>
internal sealed record DeletedComparison(string Id, string Object = "eval.comparison.deleted", bool Deleted = true);

/// <summary>A run, by each testing criterion against the baseline.</summary>
/// <param name="Run">The run.</param>
/// <param name="Results">By criterion.</param>
/// <param name="LatencyMs">What its calls took, in milliseconds an item; null where no item's is known in both runs.</param>
/// <param name="CostUsd">What they cost, in US dollars an item; null where no item's is known in both runs.</param>
internal sealed record CandidateView(
    ComparedRun Run, IReadOnlyList<CriterionComparison> Results, MeasureComparison? LatencyMs, MeasureComparison? CostUsd);

/// <summary>What two runs took, over the items for which it is known in both.</summary>
/// <param name="Pairs">These items.</param>
/// <param name="Unknown">Common items for which it is not known.</param>
/// <param name="Baseline">The baseline's mean.</param>
/// <param name="Candidate">The candidate's mean.</param>
/// <param name="Difference">Candidate less baseline, with its bootstrap interval.</param>
/// <param name="IntervalMethod">As in <see cref="CriterionComparison"/>.</param>
internal sealed record MeasureComparison(int Pairs, int Unknown, double Baseline, double Candidate, Estimate Difference, string IntervalMethod);

/// <summary>A run against the baseline by one testing criterion, over the items that both have a score for.</summary>
/// <param name="TestingCriteria">The criterion's name.</param>
/// <param name="Kind"><c>binary</c>: shares that passed; <c>numeric</c>: mean scores, also of repeated passes.</param>
/// <param name="Pairs">Items that were compared; an item's repetitions are averaged, and are one observation.</param>
/// <param name="Clusters">How many groups of items that belong together; null where every item stands alone.</param>
/// <param name="LeftOut">Items that were not, and why.</param>
/// <param name="Baseline">The baseline's share, with Wilson's interval where items stand alone, or its mean.</param>
/// <param name="Candidate">The same of the candidate.</param>
/// <param name="Difference">Candidate less baseline.</param>
/// <param name="IntervalMethod">The difference's: <c>newcombe</c>, <c>bootstrap</c> (bias-corrected and accelerated) or <c>cluster_bootstrap</c>.</param>
/// <param name="Method">The test: <c>mcnemar_exact</c>, <c>mcnemar_mid_p</c>, <c>sign_flip</c> or <c>cluster_sign_flip</c>.</param>
/// <param name="P">Two-sided.</param>
/// <param name="AdjustedP">By Holm, for all that this comparison asks.</param>
/// <param name="MidP">McNemar's mid-p; null for other tests.</param>
/// <param name="Counts">Who passed; null for other tests.</param>
/// <param name="Verdict"><c>better</c>, <c>worse</c> or <c>no_difference_shown</c>, at 5 % of the adjusted p.</param>
/// <param name="ItemsNeeded">Items that would show a difference like this one four times in five; null if it was shown, and if there is none.</param>
/// <param name="DetectableDifference">The difference that so many items show four times in five; null if unknown.</param>
/// <param name="Improvements">Items on which the candidate scored higher.</param>
/// <param name="Regressions">Items on which it scored lower.</param>
internal sealed record CriterionComparison(
    string TestingCriteria,
    string Kind,
    int Pairs,
    int? Clusters,
    LeftOutItems LeftOut,
    Estimate Baseline,
    Estimate Candidate,
    Estimate Difference,
    string IntervalMethod,
    string Method,
    double? P,
    double? AdjustedP,
    double? MidP,
    DiscordanceCounts? Counts,
    string Verdict,
    int? ItemsNeeded,
    double? DetectableDifference,
    ChangedItems Improvements,
    ChangedItems Regressions)
{
    /// <summary>Of a classification, macro-averaged F1; null for others, and where items were sampled several times.</summary>
    public MacroF1Comparison? MacroF1 { get; init; }
}

/// <summary>Two runs as classifiers: the means over the classes of their F1, and the difference with its percentile bootstrap interval.</summary>
internal sealed record MacroF1Comparison(double Baseline, double Candidate, Estimate Difference);

/// <summary>Items without a pair of scores. An error or abstention in either run takes the pair out, and is never a zero.</summary>
internal sealed record LeftOutItems(int BaselineOnly, int CandidateOnly, int Errored, int Abstained);

/// <summary>Pairs by who passed.</summary>
internal sealed record DiscordanceCounts(int BothPassed, int OnlyBaselinePassed, int OnlyCandidatePassed, int NeitherPassed);
