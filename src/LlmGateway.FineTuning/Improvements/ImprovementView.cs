using System.Text.Json;
using LlmGateway.Service;

namespace LlmGateway.FineTuning.Improvements;

/// <summary>An improvement as callers see it.</summary>
internal sealed record ImprovementView(
    string Id,
    string Object,
    string Status,
    string? Outcome,
    string? WaitingFor,
    IReadOnlyList<ImprovementStep> Steps,
    JsonElement Request,
    string? BaseModel,
    string? FineTunedModel,
    string? DatasetId,
    string? DatasetVersion,
    string? JobId,
    string? AttributionId,
    string? ExperimentId,
    ImprovementError? Error,
    long CreatedAt,
    long? FinishedAt)
{
    public static ImprovementView Of(Improvement row) => new(
        row.Id,
        "improvement",
        row.ShownStatus,
        row.Outcome,
        row.ShownStatus != ImprovementStatus.WaitingForApproval ? null : row.Status == ImprovementStage.Held ? ImprovementStep.Canary : ImprovementStep.Train,
        ImprovementSteps.Read(row.Steps),
        JsonElement.Parse(row.Request),
        row.BaseModel,
        row.FineTunedModel,
        row.DatasetId,
        row.DatasetVersion,
        row.JobId,
        row.AttributionId,
        row.ExperimentId,
        row.ErrorCode is { } code ? new ImprovementError(code, row.ErrorMessage ?? "") : null,
        UnixMicros.ToSeconds(row.CreatedAt),
        row.FinishedAt is { } finished ? UnixMicros.ToSeconds(finished) : null);
}

/// <summary>Why it could not go on.</summary>
internal sealed record ImprovementError(string Code, string Message);
