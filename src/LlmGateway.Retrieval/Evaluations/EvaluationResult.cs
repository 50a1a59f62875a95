using LlmGateway.Retrieval.Search;

namespace LlmGateway.Retrieval.Evaluations;

/// <summary>What an evaluation found.</summary>
/// <param name="Queries">Queries with something to find.</param>
/// <param name="LeftOut">Queries without: every judged file has relevance 0, or the metric is of text and no passage was judged.</param>
/// <param name="Configurations">Each configuration's means; behind them, where weights were tuned, the held-out means of <c>tuned</c>.</param>
/// <param name="Comparisons">Every pair of configurations, by the evaluation's metric.</param>
/// <param name="Tuning">The weights found; null where none were looked for.</param>
/// <param name="Conclusion">In words: which configuration wins, or that none does.</param>
internal sealed record EvaluationResult(
    int Queries, int LeftOut, IReadOnlyList<ConfigurationResult> Configurations, IReadOnlyList<ConfigurationComparison> Comparisons,
    TuningResult? Tuning, string Conclusion);

/// <param name="Name">The configuration.</param>
/// <param name="Metrics">By name; those are absent for which nothing was judged.</param>
/// <param name="LatencyMs">Of its searches, one at a time.</param>
/// <param name="CostUsd">Of all its searches; null where a price is not known.</param>
internal sealed record ConfigurationResult(string Name, IReadOnlyDictionary<string, MetricValue> Metrics, LatencySummary LatencyMs, decimal? CostUsd);

/// <summary>A mean over queries, with its BCa bootstrap interval at 95 %.</summary>
/// <param name="Value">The mean.</param>
/// <param name="Low">Null for a single query, as the next.</param>
/// <param name="High">The interval's upper end.</param>
internal sealed record MetricValue(double Value, double? Low, double? High);

/// <param name="P50">The median, by the nearest rank.</param>
/// <param name="P95">19 of 20 searches took no longer.</param>
internal sealed record LatencySummary(double P50, double P95);

/// <summary>Two configurations on the same queries.</summary>
/// <param name="Baseline">The one.</param>
/// <param name="Candidate">The other.</param>
/// <param name="Metric">What is compared.</param>
/// <param name="Difference">The candidate's mean less the baseline's.</param>
/// <param name="Low">Of the difference's BCa bootstrap interval at 95 %; null for a single query, as the next.</param>
/// <param name="High">The interval's upper end.</param>
/// <param name="P">Two-sided, by random signs.</param>
/// <param name="PAdjusted">By Holm over all pairs of the evaluation.</param>
/// <param name="Verdict"><c>better</c>, <c>worse</c> or <c>no_difference_shown</c>, which is not "equal".</param>
internal sealed record ConfigurationComparison(
    string Baseline, string Candidate, string Metric, double Difference, double? Low, double? High, double P, double PAdjusted, string Verdict)
{
    public const string Better = "better";
    public const string Worse = "worse";
    public const string NoDifferenceShown = "no_difference_shown";
}

/// <summary>Weights of the fusion by cross-validation.</summary>
/// <param name="Configuration">What is recommended: the weights that are best on all queries, or the better arm alone where it is significantly better.</param>
/// <param name="TextWeight">The recommended weight of the words; that of vectors is the rest.</param>
/// <param name="Curve">The mean of every weight on all queries. The best of these flatters itself: compare with the held-out mean.</param>
/// <param name="Folds">The weight that each fold was searched with, chosen on the others.</param>
/// <param name="BetterArm"><c>lexical</c> or <c>vector</c>: the arm that alone has the higher mean.</param>
/// <param name="AgainstLexical">The held-out queries against words alone.</param>
/// <param name="AgainstVector">The held-out queries against vectors alone.</param>
internal sealed record TuningResult(
    SearchConfiguration Configuration, double TextWeight, IReadOnlyList<WeightMean> Curve, IReadOnlyList<FoldWeight> Folds, string BetterArm,
    ConfigurationComparison AgainstLexical, ConfigurationComparison AgainstVector);

internal sealed record WeightMean(double TextWeight, double Value);

internal sealed record FoldWeight(double TextWeight, int Queries);
