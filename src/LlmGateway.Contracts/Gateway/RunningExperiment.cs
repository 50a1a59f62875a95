namespace LlmGateway.Contracts.Gateway;

/// <summary>
/// An experiment that the gateway assigns calls by, as Evaluation reads it to decide: <c>GET /internal/experiments</c>, a list of those
/// that run, of all projects, in snake case.
/// </summary>
public sealed record RunningExperiment
{
    /// <summary>Where the list is.</summary>
    public const string Path = "/internal/experiments";

    public required string Id { get; init; }

    public required string ProjectId { get; init; }

    /// <summary>Counts changes; a decision on an older version is refused.</summary>
    public required long Version { get; init; }

    /// <summary>From 1; a new one begins whenever weights change.</summary>
    public required int Stage { get; init; }

    /// <summary>Unix seconds.</summary>
    public required long StageBeganAt { get; init; }

    /// <summary>One of <see cref="ExperimentAllocation"/>.</summary>
    public required string Allocation { get; init; }

    /// <summary>The control first. Weights add up to 1.</summary>
    public required IReadOnlyList<ExperimentArm> Arms { get; init; }

    /// <summary>What decides.</summary>
    public required ExperimentGoal Goal { get; init; }

    /// <summary>What must not become worse.</summary>
    public required IReadOnlyList<ExperimentGuardrail> Guardrails { get; init; }

    /// <summary>The treatment's shares that a canary goes through, ascending up to 1; empty for another allocation.</summary>
    public required IReadOnlyList<double> Steps { get; init; }

    /// <summary>Units that each arm needs in a stage before it may end well.</summary>
    public required int MinUnits { get; init; }

    /// <summary>Units of all arms in a stage at which it ends without a difference having been found; null for never.</summary>
    public int? MaxUnits { get; init; }

    /// <summary>Seconds that a stage lasts at least, unless it ends badly.</summary>
    public required int MinSeconds { get; init; }

    /// <summary>The chance of a wrong verdict over all looks of the whole experiment, such as 0.05.</summary>
    public required double Alpha { get; init; }
}

/// <param name="Name">The variant's name.</param>
/// <param name="Weight">Its share of units, 0 to 1.</param>
public sealed record ExperimentArm(string Name, double Weight);

/// <param name="Metric">A feedback metric (boolean or float), or one of <see cref="ExperimentMetric"/>.</param>
/// <param name="Optimize"><c>max</c> or <c>min</c>.</param>
/// <param name="Effect">The difference that matters, in the metric's unit, above 0.</param>
public sealed record ExperimentGoal(string Metric, string Optimize, double Effect);

/// <param name="Metric">A feedback metric (boolean or float), or one of <see cref="ExperimentMetric"/>.</param>
/// <param name="Optimize"><c>max</c> or <c>min</c>: which values are the better ones.</param>
/// <param name="Margin">How much worse than the control is borne, in the metric's unit, at least 0.</param>
/// <param name="Effect">The difference that matters, above 0: where the interval is narrowest.</param>
public sealed record ExperimentGuardrail(string Metric, string Optimize, double Margin, double Effect);

/// <summary>How shares of traffic are given.</summary>
public static class ExperimentAllocation
{
    /// <summary>As they were set, until a difference is found.</summary>
    public const string Static = "static";

    /// <summary>More to what does better, by Thompson sampling.</summary>
    public const string Adaptive = "adaptive";

    /// <summary>One treatment by growing steps, back to the control when a guardrail breaks.</summary>
    public const string Canary = "canary";

    public static readonly IReadOnlyList<string> All = [Static, Adaptive, Canary];
}

/// <summary>Metrics that need no feedback; all are better when lower.</summary>
public static class ExperimentMetric
{
    /// <summary>The share of calls that failed.</summary>
    public const string ErrorRate = "error_rate";

    /// <summary>Milliseconds from a call's arrival to its last byte.</summary>
    public const string Latency = "latency_ms";

    /// <summary>US dollars of a call.</summary>
    public const string Cost = "cost_usd";

    public static readonly IReadOnlyList<string> All = [ErrorRate, Latency, Cost];
}
