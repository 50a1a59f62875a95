using System.Text.Json;
using LlmGateway.Console.Parts;

namespace LlmGateway.Console.Attributions;

/// <summary>What each change of a stack was worth.</summary>
public sealed record Attribution(
    string Id,
    string EvalId,
    string Name,
    string Status,
    long CreatedAt,
    string TestingCriterion,
    string Design,
    int Seed,
    AttributionProgress Progress,
    JsonElement Base,
    IReadOnlyList<Change> Changes,
    IReadOnlyList<Conflict> Conflicts,
    IReadOnlyList<Combination> Runs,
    AttributionResult? Result,
    Fault? Error)
{
    public bool IsOpen => Status is "queued" or "in_progress";
}

/// <summary>Runs that are done.</summary>
public sealed record AttributionProgress(int Done, int Total);

/// <summary>A change, and what it sets.</summary>
public sealed record Change(string Name, string Kind, JsonElement Set);

/// <summary>A field that several changes set; the last of them wins.</summary>
public sealed record Conflict(string Field, IReadOnlyList<string> Changes);

/// <summary>A combination of changes and its run.</summary>
public sealed record Combination(IReadOnlyList<string> Changes, string? RunId, string? Status);

/// <summary>An attribution in the list.</summary>
public sealed record AttributionSummary(string Id, string EvalId, string Name, string Status, long CreatedAt);

/// <summary>What the changes were worth.</summary>
public sealed record AttributionResult(
    int Items, int LeftOut, Measured Baseline, Measured Stacked, Measured TotalEffect, IReadOnlyList<ChangeEffects> Changes, IReadOnlyList<Interaction> Interactions);

/// <summary>What one was worth; what the design did not run is null.</summary>
public sealed record ChangeEffects(
    string Name,
    string Kind,
    Measured? LeaveOneOut,
    Measured? AddOneIn,
    Measured? Shapley,
    double? SamplingError,
    double P,
    double AdjustedP,
    string Verdict,
    Measured? CostUsd,
    Measured? LatencyMs)
{
    /// <summary>What stands for the change: its share of the whole, else what its design measured.</summary>
    public Measured? Effect => Shapley ?? LeaveOneOut ?? AddOneIn;
}

/// <summary>How much more two changes are worth together than apart.</summary>
public sealed record Interaction(string First, string Second, Measured Effect);
