using LlmGateway.Contracts.Gateway;

namespace LlmGateway.Evaluation.Experiments;

/// <summary>One look at an experiment's stage, as it is kept, told and given as a decision's evidence.</summary>
/// <param name="Version">The experiment's version that was looked at.</param>
/// <param name="Allocation">One of <see cref="ExperimentAllocation"/>.</param>
/// <param name="Stage">The stage.</param>
/// <param name="StageBeganAt">Unix seconds.</param>
/// <param name="LookedAt">Unix seconds.</param>
/// <param name="Arms">The control first.</param>
/// <param name="Comparisons">Each treatment that has a share with the control, by the goal and each guardrail.</param>
/// <param name="SampleRatioP">A p-value of the arms' units against their weights, good at any look; null where there is nothing to compare.</param>
/// <param name="Alarms">Kinds of alarms that are raised in this stage.</param>
/// <param name="Waiting">What is still needed for the stage to end well.</param>
/// <param name="Next">What comes when it does.</param>
internal sealed record ExperimentReport(
    long Version,
    string Allocation,
    int Stage,
    long StageBeganAt,
    long LookedAt,
    IReadOnlyList<ArmReport> Arms,
    IReadOnlyList<ComparisonReport> Comparisons,
    double? SampleRatioP,
    IReadOnlyList<string> Alarms,
    IReadOnlyList<string> Waiting,
    NextReport Next);

/// <param name="Name">The variant.</param>
/// <param name="Weight">The share of units that it is to have.</param>
/// <param name="Share">The share that it had; null before there is a unit.</param>
/// <param name="Units">Units that were given it.</param>
/// <param name="UnitsNeeded">Further units before the stage may end well.</param>
/// <param name="Calls">Their calls.</param>
/// <param name="Metrics">What was measured of it.</param>
internal sealed record ArmReport(string Name, double Weight, double? Share, long Units, long UnitsNeeded, long Calls, IReadOnlyList<MetricReport> Metrics);

/// <param name="Name">The metric.</param>
/// <param name="Units">Units with a value.</param>
/// <param name="Mean">Of them; null for none.</param>
internal sealed record MetricReport(string Name, long Units, double? Mean);

/// <param name="Treatment">The arm that is compared with the control.</param>
/// <param name="Metric">By what.</param>
/// <param name="Role"><c>goal</c> or <c>guardrail</c>.</param>
/// <param name="Optimize"><c>max</c> or <c>min</c>.</param>
/// <param name="Margin">How much worse is borne.</param>
/// <param name="Difference">The treatment's mean less the control's; null before there is an interval.</param>
/// <param name="Low">The interval's lower end.</param>
/// <param name="High">Its upper end.</param>
/// <param name="Level">The confidence over all looks by which the interval is drawn.</param>
/// <param name="RateP">Of failures alone: a p-value of an excess over the margin, good from the first call on.</param>
/// <param name="RateAlpha">What it must fall to.</param>
/// <param name="Verdict">One of <see cref="ComparisonVerdict"/>.</param>
internal sealed record ComparisonReport(
    string Treatment,
    string Metric,
    string Role,
    string Optimize,
    double Margin,
    double? Difference,
    double? Low,
    double? High,
    double Level,
    double? RateP,
    double? RateAlpha,
    string Verdict);

internal static class ComparisonVerdict
{
    /// <summary>There are too few values for an interval, or all are the same.</summary>
    public const string Unknown = "unknown";

    /// <summary>The interval does not tell yet.</summary>
    public const string Open = "open";

    /// <summary>Wholly on the better side of 0.</summary>
    public const string Better = "better";

    /// <summary>Wholly worse than the margin bears.</summary>
    public const string Worse = "worse";

    /// <summary>A guardrail's: not worse than the margin bears, for sure.</summary>
    public const string Kept = "kept";
}

/// <param name="Action">One of <see cref="ExperimentAction"/>; null where it depends on what is found.</param>
/// <param name="Weights">The weights then; null where the action says them.</param>
internal sealed record NextReport(string? Action, IReadOnlyDictionary<string, double>? Weights);

/// <summary>Kinds of alarms.</summary>
internal static class ExperimentAlarm
{
    /// <summary>Units are not given out as the weights say.</summary>
    public const string SampleRatio = "sample_ratio";

    /// <summary>The halves of one variant differ.</summary>
    public const string SameArm = "a_a";
}
