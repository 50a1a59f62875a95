using LlmGateway.Contracts.Gateway;

namespace LlmGateway.Evaluation.Experiments;

/// <summary>How one metric of an experiment is judged for one treatment: which side is worse, and how sure a verdict must be.</summary>
/// <param name="Metric">The metric.</param>
/// <param name="Role"><see cref="Goal"/> or <see cref="Guardrail"/>.</param>
/// <param name="Optimize">Which values are the better ones, <c>max</c> or <c>min</c>.</param>
/// <param name="Margin">How much worse is borne.</param>
/// <param name="Effect">The difference that matters.</param>
/// <param name="Alpha">The chance of a wrong verdict by this test, over all looks at what it is made of.</param>
/// <param name="IsTwoSided">Whether what is better is decided on too.</param>
/// <param name="RateAlpha">The same of <see cref="Statistics.RateExcess"/>; null where the metric is no rate of failures.</param>
internal sealed record MetricTest(
    string Metric, string Role, string Optimize, double Margin, double Effect, double Alpha, bool IsTwoSided, double? RateAlpha)
{
    public const string Goal = "goal";
    public const string Guardrail = "guardrail";

    /// <summary>
    /// The goal's part of alpha where there are guardrails, which share the rest: what is worse is to be found soon by the goal, and gross
    /// failures, which guardrails are for, need little.
    /// </summary>
    private const double GoalPart = 0.9;

    /// <summary>What is kept for a canary's stages beyond its steps, which there are where an operator sets it back: half of it for the first, half of the rest for the next, and so on.</summary>
    private const double ExtraStagesPart = 1.0 / 16;

    /// <summary>1 where larger values are worse, else −1.</summary>
    public double WorseSign => Optimize == "min" ? 1 : -1;

    /// <summary>
    /// The level of the interval. One that is wrong on either side with a chance of 2α is so on a given one with α: of a one-sided mixture
    /// only the half that lies on that side counts, and it weighs twice.
    /// </summary>
    public double Level => 1 - (IsTwoSided ? Alpha : Math.Min(2 * Alpha, 0.5));

    /// <summary>Every metric's test of one treatment; the goal's is the first.</summary>
    public static IReadOnlyList<MetricTest> Of(RunningExperiment experiment)
    {
        var isCanary = experiment.Allocation == ExperimentAllocation.Canary;
        var alpha = experiment.Alpha * OfStage(experiment) / Math.Max(1, experiment.Arms.Count - 1);
        var guardrails = experiment.Guardrails;
        var goal = experiment.Goal;
        return
        [
            Make(experiment, goal.Metric, Goal, goal.Optimize, 0, goal.Effect, guardrails.Count == 0 ? alpha : alpha * GoalPart, isTwoSided: !isCanary),
            .. guardrails.Select(rail => Make(
                experiment, rail.Metric, Guardrail, rail.Optimize, rail.Margin, rail.Effect, alpha * (1 - GoalPart) / guardrails.Count, isTwoSided: false)),
        ];
    }

    /// <summary>A rate of failures is looked at in two ways, each with half of alpha.</summary>
    private static MetricTest Make(
        RunningExperiment experiment, string metric, string role, string optimize, double margin, double effect, double alpha, bool isTwoSided) =>
        metric == ExperimentMetric.ErrorRate && optimize == "min" && margin < 1 && !isTwoSided
            ? new MetricTest(metric, role, optimize, margin, effect, alpha / 2, isTwoSided, alpha / 2 * OfRateStage(experiment))
            : new MetricTest(metric, role, optimize, margin, effect, alpha, isTwoSided, null);

    /// <summary>
    /// A canary's stages are judged each by itself and share alpha equally; other experiments pool all stages into one sequence, which has
    /// all of it.
    /// </summary>
    private static double OfStage(RunningExperiment experiment)
    {
        if (experiment.Allocation != ExperimentAllocation.Canary)
        {
            return 1;
        }

        var compared = Math.Max(1, experiment.Steps.Count(step => step < 1));
        return experiment.Stage <= compared
            ? (1 - ExtraStagesPart) / compared
            : ExtraStagesPart * Math.Pow(0.5, experiment.Stage - compared);
    }

    /// <summary>What is not pooled begins anew with each stage: 1/2, 1/6, 1/12 … of alpha, which add up to 1. A canary's is shared already.</summary>
    private static double OfRateStage(RunningExperiment experiment) =>
        experiment.Allocation == ExperimentAllocation.Canary ? 1 : 1.0 / ((double)experiment.Stage * (experiment.Stage + 1));
}
