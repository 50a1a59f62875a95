using System.Globalization;
using LlmGateway.Contracts.Gateway;

namespace LlmGateway.Evaluation.Experiments;

/// <summary>Ends a static or adaptive experiment when a difference is found by the goal, or none is to be found; shifts an adaptive one's weights.</summary>
internal static class DifferenceRule
{
    public static Ruling? Find(
        StageLook look, IReadOnlyList<ComparisonReport> comparisons, IReadOnlyList<string> waiting, IReadOnlyList<string> alarms)
    {
        var goals = comparisons.Where(comparison => comparison.Role == MetricTest.Goal).ToList();
        if (goals.Count > 0 && goals.TrueForAll(goal => goal.Verdict == ComparisonVerdict.Worse))
        {
            return new Ruling(ExperimentAction.RollBack, string.Join(' ', goals.Select(HarmRule.Tell)));
        }

        var sign = look.Experiment.Goal.Optimize == "min" ? -1 : 1;
        if (waiting.Count == 0 && goals.Where(goal => goal.Verdict == ComparisonVerdict.Better).MaxBy(goal => sign * goal.Difference) is { } best)
        {
            return new Ruling(ExperimentAction.Promote, HarmRule.Tell(best), Winner: best.Treatment);
        }

        var isAdaptive = look.Experiment.Allocation == ExperimentAllocation.Adaptive;
        var units = look.Sums.AllUnits + (isAdaptive ? look.Past.Sum(stage => stage.Units) : 0);
        if (units >= look.Experiment.MaxUnits)
        {
            return new Ruling(ExperimentAction.Conclude, string.Create(CultureInfo.InvariantCulture, $"No difference was found by '{look.Experiment.Goal.Metric}' in {units} units."));
        }

        return isAdaptive && alarms.Count == 0 && AdaptiveWeights.Next(look) is { } weights
            ? new Ruling(ExperimentAction.Reweigh, "Each variant's share is the chance that it is the best by what was measured so far, above a floor.", weights)
            : null;
    }
}
