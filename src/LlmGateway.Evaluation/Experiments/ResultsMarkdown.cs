using System.Globalization;
using System.Text;
using LlmGateway.Contracts.Gateway;
using LlmGateway.Evaluation.Comparisons;

namespace LlmGateway.Evaluation.Experiments;

/// <summary>An experiment's results as a report for people.</summary>
internal static class ResultsMarkdown
{
    public static string Write(ResultsView view, ExperimentReport look)
    {
        var text = new StringBuilder();
        text.Line($"# Experiment {MarkdownText.Cell(view.Id)}");
        text.Line($"");
        text.Line($"{view.Status}, {look.Allocation}, stage {look.Stage}, looked at {DateTimeOffset.FromUnixTimeSeconds(look.LookedAt):yyyy-MM-dd HH:mm:ss} UTC");
        WriteArms(text, look);
        WriteComparisons(text, look);
        WriteTrust(text, look);
        WriteNext(text, view, look);
        return text.ToString();
    }

    private static void WriteArms(StringBuilder text, ExperimentReport look)
    {
        var metrics = look.Arms[0].Metrics.Select(metric => metric.Name).ToList();
        text.Line($"");
        text.Line($"| variant | share | was given | units | calls |{string.Concat(metrics.Select(metric => $" {MarkdownText.Cell(metric)} |"))}");
        text.Line($"|---|---:|---:|---:|---:|{string.Concat(metrics.Select(_ => "---:|"))}");
        foreach (var arm in look.Arms)
        {
            var means = string.Concat(arm.Metrics.Select(metric => $" {Number(metric.Mean)} |"));
            text.Line($"| {MarkdownText.Cell(arm.Name)} | {Percent(arm.Weight)} | {Percent(arm.Share)} | {arm.Units} | {arm.Calls} |{means}");
        }
    }

    private static void WriteComparisons(StringBuilder text, ExperimentReport look)
    {
        text.Line($"");
        text.Line($"| variant | metric | | less the control | sure by | verdict |");
        text.Line($"|---|---|---|---|---:|---|");
        foreach (var comparison in look.Comparisons)
        {
            var role = comparison.Role == MetricTest.Goal ? $"goal, {comparison.Optimize}" : $"guardrail, {comparison.Optimize}, margin {Number(comparison.Margin)}";
            var shown = MarkdownText.Show(new Estimate(comparison.Difference, comparison.Low, comparison.High), isChange: true);
            text.Line($"| {MarkdownText.Cell(comparison.Treatment)} | {MarkdownText.Cell(comparison.Metric)} | {role} | {shown} | {Percent(comparison.Level)} | {comparison.Verdict} |");
        }
    }

    private static void WriteTrust(StringBuilder text, ExperimentReport look)
    {
        text.Line($"");
        text.Line($"Sample ratio: p = {Number(look.SampleRatioP)}. {(look.Alarms.Count == 0 ? "No alarm is raised." : $"Alarms: {string.Join(", ", look.Alarms)}.")}");
    }

    private static void WriteNext(StringBuilder text, ResultsView view, ExperimentReport look)
    {
        if (view.LastDecision is { } decision)
        {
            text.Line($"");
            text.Line($"Last decision, in stage {decision.Stage}: {decision.Action.Replace('_', ' ')}. {MarkdownText.Cell(decision.Reason)}");
        }

        if (view.Status != WatchStatus.Running)
        {
            return;
        }

        text.Line($"");
        text.Line($"Next: {NextOf(look.Next)}.");
        foreach (var waiting in look.Waiting)
        {
            text.Line($"- {MarkdownText.Cell(waiting)}");
        }
    }

    private static string NextOf(NextReport next) => next switch
    {
        { Weights: { } weights } => $"advance to {string.Join(", ", weights.Select(arm => $"{MarkdownText.Cell(arm.Key)} {Percent(arm.Value)}"))}",
        { Action: ExperimentAction.Promote } => "promote",
        _ => "what is found decides",
    };

    private static string Number(double? number) => number is { } value ? value.ToString("0.####", CultureInfo.InvariantCulture) : "–";

    private static string Percent(double? share) => share is { } value ? string.Create(CultureInfo.InvariantCulture, $"{100 * value:0.##} %") : "–";
}
