using System.Text.Json.Nodes;
using LlmGateway.Contracts.Gateway;

namespace LlmGateway.Gateway.Experiments;

/// <summary>An experiment as its project sees it.</summary>
internal sealed record ExperimentResource(
    string Id,
    string Object,
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
    long Version,
    int Stage,
    long StageBeganAt,
    long CreatedAt)
{
    public static ExperimentResource From(Experiment row)
    {
        var (definition, weights) = (row.ReadDefinition(), row.ReadWeights());
        return new(
            row.Id, "experiment", row.Name, row.Model, row.Status, row.Winner,
            [.. definition.Variants.Select((variant, index) => variant with { Weight = weights[index] })],
            definition.Allocation, definition.Steps.Count == 0 ? null : definition.Steps, definition.Unit, definition.Goal, definition.Guardrails,
            definition.MinUnits, definition.MaxUnits, definition.MinSeconds, definition.Alpha, row.Version, row.Stage, row.StageBeganAt, row.CreatedAt);
    }
}

/// <summary>One entry of the audit trail.</summary>
internal sealed record ExperimentEventResource(
    string Id,
    string Object,
    string ExperimentId,
    long CreatedAt,
    string Actor,
    string Action,
    string? Reason,
    JsonNode? Evidence,
    int Stage,
    JsonNode? WeightsBefore,
    JsonNode? WeightsAfter,
    string? Winner)
{
    public static ExperimentEventResource From(ExperimentEvent row) => new(
        row.Id, "experiment.event", row.ExperimentId, row.CreatedAt, row.Actor, row.Action, row.Reason, Parse(row.Evidence), row.Stage,
        Parse(row.WeightsBefore), Parse(row.WeightsAfter), row.Winner);

    private static JsonNode? Parse(string? json) => json is null ? null : JsonNode.Parse(json);
}
