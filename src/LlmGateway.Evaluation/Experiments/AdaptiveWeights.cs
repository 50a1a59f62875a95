using LlmGateway.Statistics;

namespace LlmGateway.Evaluation.Experiments;

/// <summary>
/// Shares of an adaptive experiment by Thompson sampling: each arm gets the chance that it is the best one by the goal, above a floor. The
/// treatments' differences to the control are taken as independent; with one treatment that is exact. Nothing is drawn: the same evidence
/// gives the same weights.
/// </summary>
internal static class AdaptiveWeights
{
    /// <summary>What every arm keeps, so that it goes on being measured; less where many arms would leave nothing else.</summary>
    private const double Floor = 0.05;

    /// <summary>Most of all shares that floors take together.</summary>
    private const double MostFloors = 0.5;

    /// <summary>Units with a value of the goal that a stage has at least.</summary>
    private const int StageUnits = 100;

    /// <summary>Its units against those of all stages before: stages grow, so that their number grows with the logarithm of the units.</summary>
    private const double StageGrowth = 0.25;

    /// <summary>The last stage whose weights are changed.</summary>
    private const int LastStage = 64;

    /// <summary>Changes below it are not worth a stage.</summary>
    private const double LeastChange = 0.02;

    /// <summary>The stage's next weights; null where they stay.</summary>
    public static IReadOnlyDictionary<string, double>? Next(StageLook look)
    {
        var live = look.Live;
        if (live.Count < 2 || look.Control.Weight <= 0 || !MayEnd(look))
        {
            return null;
        }

        var chances = Chances(look);
        var floor = Math.Min(Floor, MostFloors / live.Count);
        var weights = look.Experiment.Arms.ToDictionary(arm => arm.Name, _ => 0.0);
        foreach (var (place, arm) in live.Index().Skip(1))
        {
            weights[arm.Name] = Math.Round(floor + ((1 - (floor * live.Count)) * chances[place]), 4);
        }

        weights[look.Control.Name] = Math.Round(1 - weights.Values.Sum(), 4);
        return live.Max(arm => Math.Abs(weights[arm.Name] - arm.Weight)) < LeastChange ? null : weights;
    }

    /// <summary>Whether the stage has measured enough to count: an arm with too few values would take the stage out of the evidence.</summary>
    private static bool MayEnd(StageLook look)
    {
        var values = look.Live.Select(arm => look.Sums.Of(arm.Name, look.Experiment.Goal.Metric).Count).ToList();
        return look.Experiment.Stage < LastStage
            && look.Now >= look.EarliestEnd
            && values.TrueForAll(count => count >= ConfidenceSequence.MinValues)
            && values.Sum() >= StageUnits
            && look.Sums.AllUnits >= StageGrowth * look.Past.Sum(stage => stage.Units);
    }

    /// <summary>With the prior of the confidence sequence: effects are about as large as the goal's.</summary>
    private static double[] Chances(StageLook look)
    {
        var goal = look.Experiment.Goal;
        var (sign, prior) = (goal.Optimize == "min" ? -1 : 1, goal.Effect * goal.Effect);
        var treatments = look.Treatments;
        var (means, variances) = (new double[treatments.Count], new double[treatments.Count]);
        foreach (var (place, arm) in treatments.Index())
        {
            (means[place], variances[place]) = look.Difference(arm.Name, goal.Metric) is { } known
                ? (sign * known.Value * prior / (prior + known.Variance), prior * known.Variance / (prior + known.Variance))
                : (0, prior);
        }

        return BestArm.Chances(means, variances);
    }
}
