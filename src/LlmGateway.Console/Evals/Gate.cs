using LlmGateway.Console.Parts;

namespace LlmGateway.Console.Evals;

/// <summary>Runs held against rules.</summary>
public sealed record Gate(string Id, long CreatedAt, string? BaselineRunId, string Verdict, int? ItemsMissing, IReadOnlyList<string> Warnings, IReadOnlyList<GatedRun> Runs);

/// <summary>A run's verdict.</summary>
public sealed record GatedRun(ComparedRun Run, string Verdict, IReadOnlyList<RuleResult> Rules);

/// <summary>What came of a rule.</summary>
public sealed record RuleResult(string Type, string? TestingCriterion, string Requirement, string Verdict, Measured Measured, int Items, int? ItemsMissing, string Reason);

/// <summary>A rule by which the eval grades traffic.</summary>
public sealed record OnlineRule(
    string Id,
    string Name,
    double Rate,
    int DelaySeconds,
    DailyBudget? DailyBudget,
    string Status,
    Fault? PauseReason,
    OnlineCounts Counts,
    int DayItems,
    long LookedUntil,
    double LagSeconds);

/// <summary>Calls a day.</summary>
public sealed record DailyBudget(int Items);

/// <summary>What became of the calls.</summary>
public sealed record OnlineCounts(long Graded, SkippedCalls Skipped);

/// <summary>Calls that were not graded, by the reason.</summary>
public sealed record SkippedCalls(long Filter, long Rate, long Budget, long AlreadyGraded);
