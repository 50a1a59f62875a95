using LlmGateway.Statistics;

namespace LlmGateway.Evaluation.Experiments;

/// <summary>Whether the assignment and the metrics can be trusted. Alarms have a level of their own, beside the experiment's alpha.</summary>
internal static class ExperimentAlarms
{
    /// <summary>The chance of a false alarm of a kind in a stage.</summary>
    public const double Alpha = 0.001;

    /// <summary>Null where less than two arms have a share.</summary>
    public static double? SampleRatioP(StageLook look)
    {
        var arms = look.Live;
        return arms.Count < 2 ? null : SampleRatio.P([.. arms.Select(arm => look.Sums.Units(arm.Name))], [.. arms.Select(arm => arm.Weight)]);
    }

    /// <summary>The kinds that are raised: those of now, and those of earlier looks at the stage, since what was once improbable stays so.</summary>
    public static IReadOnlyList<string> Raised(StageLook look, double? sampleRatioP)
    {
        var raised = new SortedSet<string>(look.Raised, StringComparer.Ordinal);
        if (sampleRatioP <= Alpha)
        {
            raised.Add(ExperimentAlarm.SampleRatio);
        }

        if (look.Live.Any(arm => HalvesDiffer(look, arm.Name)))
        {
            raised.Add(ExperimentAlarm.SameArm);
        }

        return [.. raised];
    }

    /// <summary>Whether a variant's halves differ by the goal, as two variants would.</summary>
    public static bool HalvesDiffer(StageLook look, string arm)
    {
        var goal = look.Experiment.Goal;
        return ConfidenceSequence.OfDifference(
            look.Sums.OfHalf(arm, 0, goal.Metric), look.Sums.OfHalf(arm, 1, goal.Metric), goal.Effect, 1 - (Alpha / look.Live.Count)) is { } interval
            && (interval.Low > 0 || interval.High < 0);
    }
}
