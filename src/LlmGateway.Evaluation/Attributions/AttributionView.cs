using System.Text.Json;
using LlmGateway.Evaluation.Sampling;
using LlmGateway.Service;

namespace LlmGateway.Evaluation.Attributions;

/// <summary>An attribution as callers see it.</summary>
internal sealed record AttributionView(
    string Id,
    string Object,
    string EvalId,
    string Name,
    string Status,
    long CreatedAt,
    string TestingCriterion,
    string Design,
    int Seed,
    Progress Progress,
    JsonElement Source,
    JsonElement Base,
    IReadOnlyList<Change> Changes,
    IReadOnlyList<Conflict> Conflicts,
    IReadOnlyList<CombinationView> Runs,
    AttributionResult? Result,
    ApiFault? Error)
{
    /// <param name="row">The attribution.</param>
    /// <param name="plan">Its plan.</param>
    /// <param name="runs">Its runs as they stand.</param>
    public static AttributionView Of(Attribution row, AttributionPlan plan, IReadOnlyList<CombinationRun> runs) => new(
        row.Id,
        "attribution",
        row.EvalId,
        row.Name,
        row.Status,
        UnixMicros.ToSeconds(row.CreatedAt),
        plan.TestingCriterion,
        plan.Design,
        plan.Seed,
        new Progress(runs.Count(run => run.IsDone), runs.Count),
        plan.Source,
        plan.Base,
        plan.Changes,
        plan.Stack().Conflicts(),
        [.. runs.Select(run => new CombinationView(plan.Names(run.Combination), run.Run?.Id, run.Run?.Status))],
        row.Result is { } result ? JsonSerializer.Deserialize(result, EvaluationJson.TypeInfo<AttributionResult>()) : null,
        row.ErrorCode is { } code ? new ApiFault(code, row.ErrorMessage ?? "") : null);
}

/// <summary>Runs that are completed, of all that are needed.</summary>
internal sealed record Progress(int Done, int Total);

/// <summary>A combination of changes by their names, and its run; null before it is made.</summary>
internal sealed record CombinationView(IReadOnlyList<string> Changes, string? RunId, string? Status);

/// <summary>An attribution in a list.</summary>
internal sealed record AttributionSummary(string Id, string Object, string EvalId, string Name, string Status, long CreatedAt)
{
    public static AttributionSummary Of(Attribution row) => new(row.Id, "attribution", row.EvalId, row.Name, row.Status, UnixMicros.ToSeconds(row.CreatedAt));
}

/// <summary>The answer to an attribution's deletion.</summary>
internal sealed record DeletedAttribution(string Id, string Object = "attribution.deleted", bool Deleted = true);
