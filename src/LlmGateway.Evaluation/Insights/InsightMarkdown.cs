using System.Text;

namespace LlmGateway.Evaluation.Insights;

/// <summary>An insight as a report for a pull request.</summary>
internal static class InsightMarkdown
{
    public static string Write(InsightReport report)
    {
        var text = new StringBuilder();
        text.Line($"# What to try next");
        text.Line($"");
        text.Line($"{report.Summary}");
        if (report.Groups.Count > 0)
        {
            WriteSteps(text, report);
            WriteGroups(text, report);
            WriteProbes(text, report);
        }

        return text.ToString();
    }

    private static void WriteSteps(StringBuilder text, InsightReport report)
    {
        text.Line($"");
        text.Line($"| | technique | axis | expected gain (95 %) | shown | why |");
        text.Line($"|---:|---|---|---|---|---|");
        foreach (var step in report.NextSteps)
        {
            text.Line($"| {step.Rank} | {step.Technique} | {step.Axis} | {InsightText.Gain(step)} | {step.Verdict.Replace('_', ' ')} | {step.Reason}{(step.Needs is { } needs ? $" Needs {MarkdownText.Cell(needs)}." : "")} |");
        }
    }

    private static void WriteGroups(StringBuilder text, InsightReport report)
    {
        text.Line($"");
        text.Line($"| failed because | axis | items | share (95 %) | gain at most |");
        text.Line($"|---|---|---:|---|---|");
        foreach (var group in report.Groups)
        {
            var share = new Comparisons.Estimate(group.Share.Value, group.Share.Low, group.Share.High);
            text.Line($"| {group.Label} | {group.Axis ?? "–"} | {group.Share.Count} of {group.Share.Of} | {InsightText.Percent(share)} | {InsightText.Signed(group.GainBound)} |");
        }
    }

    private static void WriteProbes(StringBuilder text, InsightReport report)
    {
        text.Line($"");
        text.Line($"| probe | failed items | controls | gain (95 %) |");
        text.Line($"|---|---|---|---|");
        foreach (var probe in report.Probes.Where(probe => probe.Failed is not null))
        {
            text.Line($"| {probe.Probe} | {InsightText.Percent(probe.Failed)} | {InsightText.Percent(probe.Controls)} | {InsightText.Signed(probe.Gain)} |");
        }

        text.Line($"");
        foreach (var probe in report.Probes.Where(probe => probe.Needs is not null))
        {
            text.Line($"- {probe.Probe} was not measured. {MarkdownText.Cell(probe.Needs!)}");
        }
    }
}
