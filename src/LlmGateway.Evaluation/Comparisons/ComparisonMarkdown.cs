using System.Globalization;
using System.Text;

namespace LlmGateway.Evaluation.Comparisons;

/// <summary>A comparison as a report for a pull request.</summary>
internal static class ComparisonMarkdown
{
    private const int NamedItems = 10;

    public static string Write(ComparisonView view)
    {
        var text = new StringBuilder();
        Line(text, $"# {view.Candidates.Count} {(view.Candidates.Count == 1 ? "run" : "runs")} compared with {Name(view.Baseline)}");
        Line(text, $"");
        Line(text, $"| run | criterion | pairs | baseline | candidate | difference (95 %) | p (Holm) | verdict |");
        Line(text, $"|---|---|---:|---|---|---|---:|---|");
        foreach (var candidate in view.Candidates)
        {
            foreach (var result in candidate.Results)
            {
                Line(text, $"| {Name(candidate.Run)} | {Cell(result.TestingCriteria)} | {result.Pairs} | {Show(result.Baseline)} | {Show(result.Candidate)} | {Show(result.Difference, signed: true)} | {P(result.AdjustedP)} | {Verdict(result)} |");
            }
        }

        WriteCosts(text, view);
        WriteChanges(text, view);
        return text.ToString();
    }

    private static void WriteCosts(StringBuilder text, ComparisonView view)
    {
        Line(text, $"");
        Line(text, $"| run | model | items | errors | mean latency | tokens | cost |");
        Line(text, $"|---|---|---:|---:|---:|---:|---:|");
        foreach (var run in view.Candidates.Select(candidate => candidate.Run).Prepend(view.Baseline))
        {
            Line(text, $"| {Name(run)} | {Cell(run.Model)} | {run.Items} | {run.Errored} | {(run.MeanLatencyMs is { } latency ? $"{latency:0.#} ms" : "–")} | {(run.TotalTokens is { } tokens ? $"{tokens}" : "–")} | {(run.CostUsd is { } cost ? $"${cost:0.######}" : "–")} |");
        }
    }

    private static void WriteChanges(StringBuilder text, ComparisonView view)
    {
        foreach (var candidate in view.Candidates)
        {
            foreach (var result in candidate.Results.Where(result => result.Regressions.Count + result.Improvements.Count > 0))
            {
                Line(text, $"");
                Line(text, $"**{Name(candidate.Run)}, {Cell(result.TestingCriteria)}**: {Changed("improved", result.Improvements)}; {Changed("regressed", result.Regressions)}.{LeftOut(result.LeftOut)}");
            }
        }
    }

    private static string Changed(string how, ChangedItems items) => items.Count == 0
        ? $"none {how}"
        : $"{items.Count} {how} (items {string.Join(", ", items.Items.Take(NamedItems).Select(item => item.DatasourceItemId))}{(items.Count > NamedItems ? ", …" : "")})";

    private static string LeftOut(LeftOutItems items) => items is { BaselineOnly: 0, CandidateOnly: 0, Errored: 0, Abstained: 0 }
        ? ""
        : $" Left out: {items.Errored} with an error, {items.Abstained} without a judgement, {items.BaselineOnly + items.CandidateOnly} in one run only.";

    private static string Verdict(CriterionComparison result) => result.Verdict switch
    {
        CriterionComparer.NoDifferenceShown when result.ItemsNeeded is { } items => $"no difference shown; {items} items would show one like this",
        CriterionComparer.NoDifferenceShown => "no difference shown",
        _ => $"**{result.Verdict}**",
    };

    private static string Show(Estimate estimate, bool signed = false)
    {
        if (estimate.Value is not { } value)
        {
            return "–";
        }

        var form = signed ? "+0.0000;−0.0000;0.0000" : "0.0000";
        var shown = value.ToString(form, CultureInfo.InvariantCulture);
        return estimate.Low is { } low && estimate.High is { } high
            ? $"{shown} [{low.ToString(form, CultureInfo.InvariantCulture)}, {high.ToString(form, CultureInfo.InvariantCulture)}]"
            : shown;
    }

    private static string P(double? p) => p is { } value ? value < 0.0001 ? "< .0001" : value.ToString(".0000", CultureInfo.InvariantCulture) : "–";

    private static string Name(ComparedRun run) => Cell(run.Name);

    /// <summary>Names are the caller's own: they stay in their cell and start no markup.</summary>
    private static string Cell(string text)
    {
        var cell = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            cell.Append(c is '\n' or '\r' ? " " : c is '|' or '<' or '`' or '*' or '_' or '[' or '\\' ? $"\\{c}" : $"{c}");
        }

        return cell.ToString();
    }

    private static void Line(StringBuilder text, FormattableString line) => text.Append(FormattableString.Invariant(line)).Append('\n');
}
