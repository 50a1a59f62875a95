namespace LlmGateway.Console.Experiments;

/// <summary>What an experiment found so far.</summary>
/// <param name="Look">The last look; null before the first.</param>
/// <param name="Stages">The latest ones, with how the goal's intervals narrowed.</param>
public sealed record ExperimentResults(string Status, ExperimentLook? Look, ExperimentDecision? LastDecision, IReadOnlyList<ExperimentStage> Stages);

/// <param name="SampleRatioP">Of the units against their weights, good at any look.</param>
/// <param name="Alarms">Kinds that are raised: <c>sample_ratio</c>, <c>a_a</c>.</param>
/// <param name="Waiting">What is still needed for the stage to end well.</param>
public sealed record ExperimentLook(
    string Allocation,
    int Stage,
    double LookedAt,
    IReadOnlyList<ExperimentArm> Arms,
    IReadOnlyList<ArmComparison> Comparisons,
    double? SampleRatioP,
    IReadOnlyList<string> Alarms,
    IReadOnlyList<string> Waiting,
    NextAction? Next);

public sealed record ExperimentArm(string Name, double Weight, double? Share, long Units, long UnitsNeeded, long Calls, IReadOnlyList<ArmMetric> Metrics);

public sealed record ArmMetric(string Name, long Units, double? Mean);

/// <param name="Role"><c>goal</c> or <c>guardrail</c>.</param>
/// <param name="Level">The confidence over all looks.</param>
/// <param name="RateP">Of failures alone: the p-value of an excess.</param>
/// <param name="Verdict"><c>unknown</c>, <c>open</c>, <c>better</c>, <c>worse</c> or <c>kept</c>.</param>
public sealed record ArmComparison(
    string Treatment, string Metric, string Role, string Optimize, double Margin, double? Difference, double? Low, double? High, double Level, double? RateP, double? RateAlpha, string Verdict);

public sealed record NextAction(string? Action, IReadOnlyDictionary<string, double>? Weights);

public sealed record ExperimentDecision(string Action, int Stage, double DecidedAt, string? Winner, string Reason);

/// <param name="Units">Of all variants.</param>
public sealed record ExperimentStage(int Stage, long Units, IReadOnlyList<StageLook> Looks);

public sealed record StageLook(long Units, IReadOnlyList<GoalInterval> Intervals);

public sealed record GoalInterval(string Treatment, double Difference, double Low, double High);
