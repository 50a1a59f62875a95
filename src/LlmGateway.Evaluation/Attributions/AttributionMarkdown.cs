using System.Globalization;
using System.Text;
using LlmGateway.Evaluation.Comparisons;

namespace LlmGateway.Evaluation.Attributions;

/// <summary>An attribution as a report for a pull request.</summary>
internal static class AttributionMarkdown
{
    private const int NamedInteractions = 5;

    public static string Write(AttributionView view, AttributionResult result)
    {
        var text = new StringBuilder();
        Line(text, $"# What each change was worth: {Cell(view.Name)}");
        Line(text, $"");
        Line(text, $"{Cell(view.TestingCriterion)}: {Show(result.Baseline)} → {Show(result.Stacked)}, {Show(result.TotalEffect, signed: true)} over {result.Items} items ({view.Progress.Total} runs, design `{view.Design}`).{LeftOut(result)}");
        WriteChanges(text, result);
        WriteLadder(text, result);
        WriteInteractions(text, result);
        WriteConflicts(text, view);
        return text.ToString();
    }

    private static void WriteChanges(StringBuilder text, AttributionResult result)
    {
        Line(text, $"");
        Line(text, $"| change | kind | Shapley value (95 %) | leave one out | add one in | p (Holm) | verdict | cost an item | latency an item |");
        Line(text, $"|---|---|---|---|---|---:|---|---:|---:|");
        foreach (var change in result.Changes)
        {
            Line(text, $"| {Cell(change.Name)} | {change.Kind} | {Show(change.Shapley, signed: true)} | {Show(change.LeaveOneOut, signed: true)} | {Show(change.AddOneIn, signed: true)} | {P(change.AdjustedP)} | {Verdict(change.Verdict)} | {(change.CostUsd?.Value is { } cost ? $"{cost:+$0.000000;−$0.000000;$0}" : "–")} | {(change.LatencyMs?.Value is { } latency ? $"{latency:+0.#;−0.#;0} ms" : "–")} |");
        }
    }

    private static void WriteLadder(StringBuilder text, AttributionResult result)
    {
        Line(text, $"");
        Line(text, $"| ladder | score (95 %) | gain (95 %) |");
        Line(text, $"|---|---|---|");
        foreach (var (step, rung) in result.Ladder.Index())
        {
            Line(text, $"| {(step == 0 ? "" : "+ ")}{Cell(rung.Name)} | {Show(rung.Score)} | {Show(rung.Gain, signed: true)} |");
        }
    }

    private static void WriteInteractions(StringBuilder text, AttributionResult result)
    {
        // An interval on both sides of zero tells nothing.
        var shown = result.Interactions.Where(pair => pair.Effect.Low > 0 || pair.Effect.High < 0).Take(NamedInteractions).ToList();
        if (shown.Count > 0)
        {
            Line(text, $"");
        }

        foreach (var pair in shown)
        {
            Line(text, $"- {Cell(pair.First)} and {Cell(pair.Second)} {(pair.Effect.Value > 0 ? "help each other" : "do some of the same work")}: {Show(pair.Effect, signed: true)}.");
        }
    }

    private static void WriteConflicts(StringBuilder text, AttributionView view)
    {
        foreach (var conflict in view.Conflicts)
        {
            Line(text, $"");
            Line(text, $"`{conflict.Field}` is set by {string.Join(" and ", conflict.Changes.Select(Cell))}; where both are made, the last of them counts.");
        }
    }

    private static string LeftOut(AttributionResult result) =>
        result.LeftOut == 0 ? "" : $" {result.LeftOut} items are left out: under some combination they have no score.";

    private static string Verdict(string verdict) => verdict == CriterionComparer.NoDifferenceShown ? "no difference shown" : $"**{verdict}**";

    private static string Show(Estimate? estimate, bool signed = false)
    {
        if (estimate?.Value is not { } value)
        {
            return "–";
        }

        var form = signed ? "+0.000;−0.000;0.000" : "0.000";
        var shown = value.ToString(form, CultureInfo.InvariantCulture);
        return estimate is { Low: { } low, High: { } high }
            ? $"{shown} [{low.ToString(form, CultureInfo.InvariantCulture)}, {high.ToString(form, CultureInfo.InvariantCulture)}]"
            : shown;
    }

    private static string P(double p) => p < 0.0001 ? "< .0001" : p.ToString(".0000", CultureInfo.InvariantCulture);

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
