using System.Globalization;
using LlmGateway.Retrieval.Evaluations;

namespace LlmGateway.Benchmarks.Retrieval;

/// <summary>An evaluation in Markdown.</summary>
internal static class EvaluationTable
{
    public static void Print(string title, EvaluationPlan plan, EvaluationResult result)
    {
        Line($"**{title}**, {result.Queries} queries");
        Line($"");
        Line($"| configuration | {plan.Metric} | 95 % interval | recall@{plan.K[^1]} | MRR | MAP | p50 ms | p95 ms |");
        Line($"|---|---|---|---|---|---|---|---|");
        foreach (var row in result.Configurations)
        {
            var main = row.Metrics[plan.Metric];
            Line($"| {row.Name} | {main.Value:.0000} | {main.Low:.000}–{main.High:.000} | {row.Metrics[$"recall@{plan.K[^1]}"].Value:.0000} | {row.Metrics["mrr"].Value:.0000} | {row.Metrics["map"].Value:.0000} | {row.LatencyMs.P50:0.00} | {row.LatencyMs.P95:0.00} |");
        }

        Line($"");
        foreach (var pair in result.Comparisons.Where(pair => result.Tuning is null || pair.Baseline == "BM25" || pair.Candidate == EvaluationAnalysis.Tuned))
        {
            Line($"- {pair.Candidate} against {pair.Baseline}: {pair.Difference:+.0000;-.0000} [{pair.Low:+.0000;-.0000}, {pair.High:+.0000;-.0000}], p = {pair.P:.0000}, adjusted {pair.PAdjusted:.0000}: {pair.Verdict}");
        }

        Line($"");
        Line($"{result.Conclusion}");
        if (result.Tuning is { } tuning)
        {
            Line($"Weights of the words by fold: {string.Join(", ", tuning.Folds.Select(fold => fold.TextWeight.ToString("0.0", CultureInfo.InvariantCulture)))}; the means of 0 to 1: {string.Join(", ", tuning.Curve.Select(point => point.Value.ToString(".000", CultureInfo.InvariantCulture)))}.");
        }

        Line($"");
    }

    public static void Line(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
