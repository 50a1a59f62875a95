using System.Globalization;
using LlmGateway.Evaluation.Comparisons;
using LlmGateway.Evaluation.Runs;

namespace LlmGateway.Evaluation.Insights;

/// <summary>Makes of what was measured an account of why items fail, and of what to try.</summary>
internal static class InsightReporter
{
    private const int ExamplesOfGroup = 5;

    /// <param name="insightId">The insight's id, for its requests.</param>
    /// <param name="plan">What was measured.</param>
    /// <param name="run">The run in question.</param>
    /// <param name="settings">What the caller gave.</param>
    /// <param name="items">The items with their evidence.</param>
    /// <param name="faults">Why probes' runs came to no good end, by their ids.</param>
    public static InsightReport Report(
        string insightId, InsightPlan plan, Run run, InsightSettings settings, IReadOnlyList<ProbedItem> items, IReadOnlyDictionary<string, string> faults)
    {
        var counts = plan.Counts!;
        if (counts.Failed == 0)
        {
            return NothingFailed(counts);
        }

        var failed = items.Where(item => !item.Target.IsControl).ToList();
        var groups = Groups(failed, counts);
        var probes = plan.Probes.Select(probe => ProbeMeasures.Of(probe, items, counts, faults.GetValueOrDefault(probe.RunId ?? ""))).ToList();
        var steps = new NextSteps(insightId, run, settings.Probes, plan, probes, groups, items).Rank();
        return new InsightReport(
            Summary(counts, failed.Count, groups, steps), counts, failed.Count, items.Count - failed.Count, probes, groups, Position(groups, counts, failed.Count), steps);
    }

    private static InsightReport NothingFailed(GradedCounts counts) => new(
        counts.Judged == 0
            ? $"Not one of {counts.NotJudged} items could be judged: there is nothing to explain. The run's output items tell why."
            : $"All {counts.Judged} judged items passed: there is nothing to explain. Harder items would tell more.",
        counts, 0, 0, [], [], null, []);

    private static List<FailureGroup> Groups(List<ProbedItem> failed, GradedCounts counts) =>
    [
        .. failed.GroupBy(item => item.Label!).Select(group => Group(group.Key, [.. group], failed.Count, counts))
            .OrderByDescending(group => group.Share.Count).ThenBy(group => Array.IndexOf(FailureLabel.All, group.Label)),
    ];

    private static FailureGroup Group(string label, IReadOnlyList<ProbedItem> items, int failed, GradedCounts counts)
    {
        var share = ItemShares.Of(items.Count, failed);
        return new FailureGroup(label, FailureLabel.AxisOf(label), share, share.OfAll(counts), [.. items.Take(ExamplesOfGroup).Select(item => item.Target.OutputItemId)]);
    }

    private static AxisPosition Position(List<FailureGroup> groups, GradedCounts counts, int failed)
    {
        return new AxisPosition(Reached(Axis.Context), Reached(Axis.Behaviour));

        Estimate Reached(string axis)
        {
            var missing = ItemShares.Of(groups.Where(group => group.Axis == axis).Sum(group => group.Share.Count), failed).OfAll(counts);
            return new Estimate(1 - missing.Value, 1 - missing.High, 1 - missing.Low);
        }
    }

    private static string Summary(GradedCounts counts, int probed, List<FailureGroup> groups, IReadOnlyList<NextStep> steps)
    {
        var causes = string.Join(", ", groups.Select(group => $"{group.Share.Count} {group.Label}"));
        var next = steps.FirstOrDefault(step => step.Verdict != NextStep.NotShown) is { } step
            ? $"Try {step.Technique} next: {InsightText.Gain(step)}."
            : "No technique that was measured is shown to help.";
        return string.Create(CultureInfo.InvariantCulture, $"{counts.Failed} of {counts.Judged} judged items failed. Of {probed} that were probed: {causes}. {next}");
    }
}
