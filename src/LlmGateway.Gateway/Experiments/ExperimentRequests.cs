using System.Text.Json.Serialization;

namespace LlmGateway.Gateway.Experiments;

/// <summary>The body of <c>POST /v1/experiments</c>.</summary>
/// <param name="Name">1 to 64 letters, digits, '.', '_' and '-'; once in the project.</param>
/// <param name="Model">The route, as callers name it: a model, an alias, <c>prompt/NAME@LABEL</c>.</param>
/// <param name="Variants">2 to 8, the control first.</param>
/// <param name="Allocation"><c>static</c> (the default), <c>adaptive</c> or <c>canary</c>.</param>
/// <param name="Steps">A canary's shares of the treatment, ascending to 1; null for 0.01, 0.05, 0.25, 0.5 and 1.</param>
/// <param name="Unit"><c>episode</c> (the default) or <c>user</c>.</param>
/// <param name="Goal">What decides.</param>
/// <param name="Guardrails">What must not become worse; null for the error rate and the latency, an empty list for nothing.</param>
/// <param name="MinUnits">1 to 1,000,000; null for 100, and for 500 of a canary.</param>
/// <param name="MaxUnits">At least <paramref name="MinUnits"/> for each variant, up to 1,000,000,000; null for no end.</param>
/// <param name="MinSeconds">0 to 2,592,000 (30 days); null for 0.</param>
/// <param name="Alpha">0.001 to 0.2; null for 0.05.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record CreateExperimentRequest(
    string? Name,
    string? Model,
    IReadOnlyList<ExperimentVariant>? Variants,
    string? Allocation,
    IReadOnlyList<double>? Steps,
    string? Unit,
    GoalRequest? Goal,
    IReadOnlyList<ExperimentGuardrailRequest>? Guardrails,
    int? MinUnits,
    int? MaxUnits,
    int? MinSeconds,
    double? Alpha);

/// <param name="Metric">A feedback metric, <c>error_rate</c>, <c>latency_ms</c> or <c>cost_usd</c>.</param>
/// <param name="Optimize"><c>max</c> or <c>min</c>; null for <c>max</c>, and for <c>min</c> of what needs no feedback.</param>
/// <param name="Effect">The difference that matters, above 0.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record GoalRequest(string? Metric, string? Optimize, double? Effect);

/// <param name="Metric">A feedback metric, <c>error_rate</c>, <c>latency_ms</c> or <c>cost_usd</c>.</param>
/// <param name="Optimize"><c>max</c> or <c>min</c>; null for <c>max</c>, and for <c>min</c> of what needs no feedback.</param>
/// <param name="Margin">How much worse is borne, at least 0; null for 0.</param>
/// <param name="Effect">The difference that matters, above 0.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record ExperimentGuardrailRequest(string? Metric, string? Optimize, double? Margin, double? Effect);

/// <summary>The body of <c>POST /v1/experiments/{id}</c>: what is left out stays.</summary>
/// <param name="Weights">A static experiment's shares by the variants' names; all of them, adding up to 1.</param>
/// <param name="Status"><c>running</c> or <c>paused</c>.</param>
/// <param name="Reason">Why, for the audit trail; at most 500 characters.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record UpdateExperimentRequest(Dictionary<string, double>? Weights, string? Status, string? Reason);

/// <param name="Variant">Which variant gets all calls.</param>
/// <param name="Reason">Why, for the audit trail; at most 500 characters.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record PromoteExperimentRequest(string? Variant, string? Reason);

/// <param name="Reason">Why, for the audit trail; at most 500 characters.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record RollbackExperimentRequest(string? Reason);
