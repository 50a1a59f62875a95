using System.Text;

namespace LlmGateway.FineTuning.Improvements;

/// <summary>An improvement as a report for people.</summary>
internal static class ImprovementMarkdown
{
    public static string Write(ImprovementView view)
    {
        var text = new StringBuilder();
        text.Append($"# Improvement of `{Cell(view.Request.GetProperty("route").GetString()!)}`: {Describe(view)}\n\n");
        text.Append("| step | status | what came of it |\n|---|---|---|\n");
        foreach (var step in view.Steps)
        {
            text.Append($"| {step.Name} | {step.Status} | {Cell(step.Summary ?? "")} |\n");
        }

        if (view.AttributionId is { } attribution)
        {
            text.Append($"\nWhat each technique is worth, drawn: `GET /v1/attributions/{attribution}?format=svg`.\n");
        }

        if (view.ExperimentId is { } experiment)
        {
            text.Append($"\nHow the canary went: `GET /v1/experiments/{experiment}/results?format=markdown`.\n");
        }

        return text.ToString();
    }

    private static string Describe(ImprovementView view) =>
        view.Outcome?.Replace('_', ' ') ?? (view.WaitingFor is { } what ? $"waits for the approval of its {what} step" : view.Status);

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal).Replace('\n', ' ').Replace("<", "\\<", StringComparison.Ordinal);
}
