using System.Globalization;

namespace LlmGateway.Retrieval.Evaluations;

/// <summary>An evaluation's result in words.</summary>
internal static class Conclusions
{
    public static string Write(
        EvaluationPlan plan, int queries, IReadOnlyList<ConfigurationResult> results, IReadOnlyList<ConfigurationComparison> comparisons, TuningResult? tuning)
    {
        if (queries == 0)
        {
            return $"No query has something to find by {plan.Metric}: nothing was measured.";
        }

        var ranked = results.OrderByDescending(result => result.Metrics[plan.Metric].Value).ToList();
        List<string> sentences = [];
        if (ranked.Count == 1)
        {
            sentences.Add($"{Named(ranked[0], plan)} on {queries} queries; there is nothing to compare it with.");
        }
        else if (ranked.Count > 1)
        {
            sentences.Add(Winner(plan, queries, ranked, comparisons));
        }

        if (tuning is not null)
        {
            sentences.Add(OfTuning(tuning));
        }
        else if (plan.Tune is not null)
        {
            sentences.Add(Invariant($"Weights were not tuned: {plan.Tune.FoldCount} folds need at least {plan.Tune.FoldCount * TuneRequest.QueriesPerFold} queries."));
        }

        return string.Join(" ", sentences);
    }

    private static string Winner(EvaluationPlan plan, int queries, List<ConfigurationResult> ranked, IReadOnlyList<ConfigurationComparison> comparisons)
    {
        var open = ranked.Skip(1).Where(other => Between(ranked[0].Name, other.Name, comparisons).Verdict == ConfigurationComparison.NoDifferenceShown).ToList();
        if (open.Count == 0)
        {
            return Invariant($"{Named(ranked[0], plan)} wins: it is significantly better than every other on {queries} queries (largest adjusted p {Largest(ranked, comparisons)}).");
        }

        var quickest = open.Append(ranked[0]).MinBy(result => result.LatencyMs.P50)!;
        var others = string.Join(", ", open.Select(other => Invariant($"{Named(other, plan)} (adjusted p {P(Between(ranked[0].Name, other.Name, comparisons).PAdjusted)})")));
        return Invariant($"None wins on {queries} queries: {Named(ranked[0], plan)} has the highest mean, and is not shown to be better than {others}. ")
            + Invariant($"Of these '{quickest.Name}' is the quickest, p50 {quickest.LatencyMs.P50:0.0} ms.");
    }

    private static string OfTuning(TuningResult tuning)
    {
        var (lexical, vector) = (tuning.AgainstLexical, tuning.AgainstVector);
        var (better, weaker) = tuning.BetterArm == "lexical" ? (lexical, vector) : (vector, lexical);
        var safe = better.Verdict == ConfigurationComparison.Worse ? "are significantly WORSE than" : better.Verdict == ConfigurationComparison.Better ? "are significantly better than" : "are not significantly worse than";
        return Invariant($"Tuned weights, on held-out queries, {safe} the better arm, {tuning.BetterArm} alone ({Signed(better)}, adjusted p {P(better.PAdjusted)}; ")
            + Invariant($"against {weaker.Baseline} alone {Signed(weaker)}, adjusted p {P(weaker.PAdjusted)}). ")
            + Invariant($"Alone, words reach {tuning.Curve[^1].Value:0.0000} and vectors {tuning.Curve[0].Value:0.0000}; ")
            + Invariant($"recommended is text_weight {tuning.TextWeight:0.0}, embedding_weight {1 - tuning.TextWeight:0.0}.");
    }

    private static ConfigurationComparison Between(string one, string other, IReadOnlyList<ConfigurationComparison> comparisons) =>
        comparisons.First(pair => (pair.Baseline == one && pair.Candidate == other) || (pair.Baseline == other && pair.Candidate == one));

    private static string Largest(List<ConfigurationResult> ranked, IReadOnlyList<ConfigurationComparison> comparisons) =>
        P(ranked.Skip(1).Max(other => Between(ranked[0].Name, other.Name, comparisons).PAdjusted));

    private static string Named(ConfigurationResult result, EvaluationPlan plan) => Invariant($"'{result.Name}' ({plan.Metric} {result.Metrics[plan.Metric].Value:0.0000})");

    private static string Signed(ConfigurationComparison pair) => Invariant($"{pair.Difference:+0.0000;-0.0000} {pair.Metric}");

    private static string P(double p) => p < 0.001 ? "< .001" : Invariant($"{p:0.000}");

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
