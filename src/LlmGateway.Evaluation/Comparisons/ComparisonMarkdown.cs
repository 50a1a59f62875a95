using System.Globalization;
using System.Text;
using static LlmGateway.Evaluation.MarkdownText;

namespace LlmGateway.Evaluation.Comparisons;

/// <summary>A comparison as a report for a pull request.</summary>
internal static class ComparisonMarkdown
{
    private const int NamedItems = 10;

    public static string Write(ComparisonView view)
    {
        var text = new StringBuilder();
        text.Line($"# {view.Candidates.Count} {(view.Candidates.Count == 1 ? "run" : "runs")} compared with {Name(view.Baseline)}");
        text.Line($"");
        text.Line($"| run | criterion | pairs | baseline | candidate | difference (95 %) | p (Holm) | test | verdict |");
        text.Line($"|---|---|---:|---|---|---|---:|---|---|");
        foreach (var candidate in view.Candidates)
        {
            foreach (var result in candidate.Results)
            {
                text.Line($"| {Name(candidate.Run)} | {Cell(result.TestingCriteria)} | {Pairs(result)} | {Show(result.Baseline)} | {Show(result.Candidate)} | {Show(result.Difference, isChange: true)} | {P(result.AdjustedP)} | {Test(result.Method)} | {Verdict(result)} |");
            }
        }

        WriteCosts(text, view);
        WriteChanges(text, view);
        return text.ToString();
    }

    private static void WriteCosts(StringBuilder text, ComparisonView view)
    {
        text.Line($"");
        text.Line($"| run | model | items | errors | mean latency, ms | change (95 %) | cost, $ | change per item (95 %) | tokens |");
        text.Line($"|---|---|---:|---:|---:|---|---:|---|---:|");
        WriteCosts(text, view.Baseline, null, null);
        foreach (var candidate in view.Candidates)
        {
            WriteCosts(text, candidate.Run, candidate.LatencyMs, candidate.CostUsd);
        }
    }

    private static void WriteCosts(StringBuilder text, ComparedRun run, MeasureComparison? latency, MeasureComparison? cost) => text.Line(
        $"| {Name(run)} | {Cell(run.Model)} | {run.Items} | {run.Errored} | {(run.MeanLatencyMs is { } mean ? $"{mean:0.#}" : "–")} | {Change(latency, 1)} | {(run.CostUsd is { } usd ? $"{usd:0.######}" : "–")} | {Change(cost, 8)} | {(run.TotalTokens is { } tokens ? $"{tokens}" : "–")} |");

    private static void WriteChanges(StringBuilder text, ComparisonView view)
    {
        foreach (var candidate in view.Candidates)
        {
            foreach (var result in candidate.Results.Where(result => result.Regressions.Count + result.Improvements.Count > 0))
            {
                text.Line($"");
                text.Line($"**{Name(candidate.Run)}, {Cell(result.TestingCriteria)}**: {Changed("improved", result.Improvements)}; {Changed("regressed", result.Regressions)}.{MacroF1(result.MacroF1)}{LeftOut(result.LeftOut)}");
            }
        }
    }

    private static string Pairs(CriterionComparison result) => result.Clusters is { } clusters ? $"{result.Pairs} in {clusters} clusters" : $"{result.Pairs}";

    private static string Change(MeasureComparison? measure, int digits) => measure is null ? "–" : Show(measure.Difference, isChange: true, digits);

    private static string Changed(string how, ChangedItems items) => items.Count == 0
        ? $"none {how}"
        : $"{items.Count} {how} (items {string.Join(", ", items.Items.Take(NamedItems).Select(item => item.DatasourceItemId))}{(items.Count > NamedItems ? ", …" : "")})";

    private static string MacroF1(MacroF1Comparison? classes) => classes is null
        ? ""
        : FormattableString.Invariant($" Macro-averaged F1 {classes.Baseline:0.0000} → {classes.Candidate:0.0000}, {Show(classes.Difference, isChange: true)}.");

    private static string LeftOut(LeftOutItems items) => items is { BaselineOnly: 0, CandidateOnly: 0, Errored: 0, Abstained: 0 }
        ? ""
        : $" Left out: {items.Errored} with an error, {items.Abstained} without a judgement, {items.BaselineOnly + items.CandidateOnly} in one run only.";

    private static string Verdict(CriterionComparison result) => result.Verdict switch
    {
        CriterionComparer.NoDifferenceShown when result.ItemsNeeded is { } items => $"no difference shown; {items} items would show one like this",
        CriterionComparer.NoDifferenceShown => "no difference shown",
        _ => $"**{result.Verdict}**",
    };

    private static string Test(string method) => method switch
    {
        "mcnemar_exact" => "McNemar, exact",
        "mcnemar_mid_p" => "McNemar, mid-p",
        "cluster_sign_flip" => "sign-flip of clusters",
        _ => "sign-flip",
    };

    private static string P(double? p) => p is { } value ? value < 0.0001 ? "< .0001" : value.ToString(".0000", CultureInfo.InvariantCulture) : "–";

    private static string Name(ComparedRun run) => Cell(run.Name);
}
