using LlmGateway.Contracts.Gateway;
using LlmGateway.Statistics;

namespace LlmGateway.Evaluation.Experiments;

/// <summary>What the judge is given.</summary>
/// <param name="Experiment">As the gateway told of it.</param>
/// <param name="Sums">What its stage has measured.</param>
/// <param name="Past">Earlier stages; a canary's are not looked at.</param>
/// <param name="Raised">Kinds of alarms that the stage has raised before.</param>
/// <param name="Now">The present time.</param>
internal sealed record StageLook(
    RunningExperiment Experiment, StageSums Sums, IReadOnlyList<PastStage> Past, IReadOnlyCollection<string> Raised, DateTimeOffset Now)
{
    public ExperimentArm Control => Experiment.Arms[0];

    /// <summary>The goal's and each guardrail's.</summary>
    public IReadOnlyList<MetricTest> Tests { get; } = MetricTest.Of(Experiment);

    /// <summary>Treatments that are given calls.</summary>
    public IReadOnlyList<ExperimentArm> Treatments { get; } = [.. Experiment.Arms.Skip(1).Where(arm => arm.Weight > 0)];

    /// <summary>Those and the control, where it has calls too.</summary>
    public IReadOnlyList<ExperimentArm> Live { get; } = [.. Experiment.Arms.Where(arm => arm.Weight > 0)];

    public bool IsCanary => Experiment.Allocation == ExperimentAllocation.Canary;

    /// <summary>
    /// Values of the goal that each arm needs beside its units, so that nothing ends well unmeasured: as many as an interval needs, unless
    /// the stage is content with fewer units.
    /// </summary>
    private int GoalValues => Math.Min(Experiment.MinUnits, ConfidenceSequence.MinValues);

    public long UnitsNeeded(ExperimentArm arm) => arm.Weight > 0 ? Math.Max(0, Experiment.MinUnits - Sums.Units(arm.Name)) : 0;

    public DateTimeOffset EarliestEnd => DateTimeOffset.FromUnixTimeSeconds(Experiment.StageBeganAt).AddSeconds(Experiment.MinSeconds);

    /// <summary>What keeps the stage from ending well, in sentences for people; empty for nothing.</summary>
    public IReadOnlyList<string> Waiting(IReadOnlyCollection<string> alarms)
    {
        var waiting = new List<string>();
        foreach (var arm in Live)
        {
            var values = GoalValues - Sums.Of(arm.Name, Experiment.Goal.Metric).Count;
            if (UnitsNeeded(arm) is > 0 and var units)
            {
                waiting.Add(FormattableString.Invariant($"'{arm.Name}' needs {units} more units."));
            }
            else if (values > 0)
            {
                waiting.Add(FormattableString.Invariant($"'{arm.Name}' needs {values} more units with a value of '{Experiment.Goal.Metric}'."));
            }
        }

        if (Now < EarliestEnd)
        {
            waiting.Add(FormattableString.Invariant($"The stage lasts until {EarliestEnd.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC at least."));
        }

        waiting.AddRange(alarms.Select(kind => $"The alarm '{kind}' is raised, which a new stage ends."));
        return waiting;
    }

    /// <summary>Each treatment that is given calls, by each metric.</summary>
    public IReadOnlyList<ComparisonReport> Compare() =>
        [.. from arm in Treatments from test in Tests select ArmComparison.Make(this, arm.Name, test)];

    /// <summary>The difference of the goal or of another metric over the stages that are judged together.</summary>
    public MeanDifference? Difference(string treatment, string metric)
    {
        var present = MeanDifference.Of(Sums.Of(Control.Name, metric), Sums.Of(treatment, metric));
        if (IsCanary)
        {
            return present;
        }

        var past = Past.SelectMany(stage => stage.Differences).Where(difference => difference.Treatment == treatment && difference.Metric == metric)
            .Select(difference => new MeanDifference(difference.Value, difference.Variance));
        return MeanDifference.Pooled(present is { } value ? past.Append(value) : past);
    }
}
