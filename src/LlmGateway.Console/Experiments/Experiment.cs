using System.Text.Json;

namespace LlmGateway.Console.Experiments;

/// <summary>An experiment, as far as it is shown.</summary>
/// <param name="Model">The route, as callers name it.</param>
/// <param name="Allocation"><c>static</c>, <c>adaptive</c> or <c>canary</c>.</param>
/// <param name="Steps">A canary's shares; null for the others.</param>
public sealed record Experiment(
    string Id,
    string Name,
    string Model,
    string Status,
    string? Winner,
    IReadOnlyList<ExperimentVariant> Variants,
    string Allocation,
    IReadOnlyList<double>? Steps,
    string Unit,
    ExperimentGoal Goal,
    IReadOnlyList<ExperimentGuardrail> Guardrails,
    int MinUnits,
    int? MaxUnits,
    int MinSeconds,
    double Alpha,
    int Stage,
    double StageBeganAt,
    double CreatedAt)
{
    public bool IsOpen => Status is "running" or "paused";

    public string Control => Variants[0].Name;
}

/// <summary>A variant with what differs; one in which nothing does is what the caller asked for.</summary>
public sealed record ExperimentVariant(string Name, double? Weight, string? Model, JsonElement? Prompt, JsonElement? Parameters)
{
    public bool ChangesNothing => Model is null && !IsThere(Prompt) && !IsThere(Parameters);

    public static bool IsThere(JsonElement? value) => value is { ValueKind: not (JsonValueKind.Null or JsonValueKind.Undefined) };
}

public sealed record ExperimentGoal(string Metric, string? Optimize, double? Effect);

/// <param name="Margin">How much worse is borne.</param>
public sealed record ExperimentGuardrail(string Metric, string? Optimize, double? Margin, double? Effect);

/// <summary>An entry of the audit trail.</summary>
public sealed record ExperimentEvent(
    string Id, double CreatedAt, string Actor, string Action, string? Reason, JsonElement? Evidence, int Stage, IReadOnlyDictionary<string, double>? WeightsBefore,
    IReadOnlyDictionary<string, double>? WeightsAfter, string? Winner);
