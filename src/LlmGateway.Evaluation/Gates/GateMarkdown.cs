using System.Text;
using static LlmGateway.Evaluation.MarkdownText;

namespace LlmGateway.Evaluation.Gates;

/// <summary>A gate as a report for a pull request.</summary>
internal static class GateMarkdown
{
    private const int NamedItems = 10;

    public static string Write(GateView view)
    {
        var text = new StringBuilder();
        text.Line($"# Gate: {view.Verdict}{Missing(view.ItemsMissing)}");
        foreach (var run in view.Runs)
        {
            text.Line($"");
            text.Line($"**{Cell(run.Run.Name)}**: {run.Verdict}");
            text.Line($"");
            text.Line($"| rule | criterion | requirement | measured (95 %) | items | verdict |");
            text.Line($"|---|---|---|---|---:|---|");
            foreach (var rule in run.Rules)
            {
                text.Line($"| {Cell(rule.Type)} | {(rule.TestingCriterion is { } name ? Cell(name) : "–")} | {Cell(rule.Requirement)} | {Show(rule.Measured, isChange: rule.Type == Rules.NonInferiorityRule.Type)} | {rule.Items} | **{rule.Verdict}**{Missing(rule.ItemsMissing)} |");
            }

            WriteFailed(text, run);
        }

        foreach (var warning in view.Warnings)
        {
            text.Line($"");
            text.Line($"Warning: {Cell(warning)}");
        }

        return text.ToString();
    }

    private static void WriteFailed(StringBuilder text, GatedRun run)
    {
        foreach (var rule in run.Rules.Where(rule => rule.Failed.Count > 0))
        {
            text.Line($"");
            text.Line($"{Cell(rule.Type)}: items {string.Join(", ", rule.Failed.Take(NamedItems).Select(item => item.DatasourceItemId))}{(rule.Failed.Count > NamedItems ? ", …" : "")}. {Cell(rule.Reason)}");
        }
    }

    private static string Missing(int? items) => items is { } missing ? $" ({missing} items missing)" : "";
}
