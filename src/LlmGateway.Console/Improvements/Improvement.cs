using System.Text.Json;

namespace LlmGateway.Console.Improvements;

/// <summary>The loop in one call, as far as it is shown.</summary>
/// <param name="Status"><c>running</c>, <c>waiting_for_approval</c>, <c>completed</c>, <c>failed</c> or <c>cancelled</c>.</param>
/// <param name="Outcome">What came of it; null before its end.</param>
/// <param name="WaitingFor">The step that is to be approved; null for none.</param>
public sealed record Improvement(
    string Id,
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
    double CreatedAt,
    double? FinishedAt)
{
    public bool HasEnded => Status is "completed" or "failed" or "cancelled";

    public bool Waits => Status == "waiting_for_approval";

    /// <summary>The step that waits for somebody is told as pending, as those after it are.</summary>
    public string StatusOf(ImprovementStep step) => Waits && WaitingFor == step.Name ? "requires_approval" : step.Status;

    public string Route => Text("route") ?? Id;

    /// <summary>A member of what was asked for, as text.</summary>
    public string? Text(string name) => Member(Request, name)?.ToString();

    public string Goal => Member(Request, "goal") is { } goal
        ? $"{Member(goal, "metric")}, {(Member(goal, "optimize")?.ToString() == "min" ? "less is better" : "more is better")}" : "";

    private static JsonElement? Member(JsonElement value, string name) =>
        value.ValueKind == JsonValueKind.Object && value.TryGetProperty(name, out var member) && member.ValueKind != JsonValueKind.Null ? member : null;
}

/// <param name="Status"><c>pending</c>, <c>running</c>, <c>completed</c>, <c>failed</c> or <c>skipped</c>.</param>
/// <param name="Summary">What came of it; null until it has ended.</param>
/// <param name="Result">Its figures, and the ids of what it made.</param>
public sealed record ImprovementStep(string Name, string Status, double? StartedAt, double? FinishedAt, string? Summary, JsonElement? Result);

public sealed record ImprovementError(string Code, string Message);
