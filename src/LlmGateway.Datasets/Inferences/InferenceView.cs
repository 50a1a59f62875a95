using System.Text.Json;
using System.Text.Json.Serialization;
using LlmGateway.Contracts.Gateway;
using LlmGateway.Datasets.Feedback;
using LlmGateway.Service;

namespace LlmGateway.Datasets.Inferences;

/// <summary>A call as <c>/v1/inferences</c> shows it; listed without its bodies.</summary>
internal sealed record InferenceView
{
    public string Object { get; } = "inference";

    public required Guid Id { get; init; }

    public required string ProjectId { get; init; }

    public required string? KeyId { get; init; }

    public required string Operation { get; init; }

    public required string Purpose { get; init; }

    public required string? BodyId { get; init; }

    public required string RequestedModel { get; init; }

    public required string? Model { get; init; }

    public required string? Provider { get; init; }

    public required DateTime CreatedAt { get; init; }

    public required double DurationMs { get; init; }

    public required double? TimeToFirstTokenMs { get; init; }

    public required int Status { get; init; }

    public required string Outcome { get; init; }

    public required string? ErrorCode { get; init; }

    public required bool Streamed { get; init; }

    public required string Cache { get; init; }

    public required string? FinishReason { get; init; }

    public required long? InputTokens { get; init; }

    public required long? OutputTokens { get; init; }

    public required long? CachedInputTokens { get; init; }

    public required long? ReasoningTokens { get; init; }

    public required bool UsageEstimated { get; init; }

    public required decimal? CostUsd { get; init; }

    public required string? EndUser { get; init; }

    public required string? EpisodeId { get; init; }

    public required string? TraceId { get; init; }

    public required long RequestBytes { get; init; }

    public required long ResponseBytes { get; init; }

    public required bool BodiesKept { get; init; }

    public required PromptView? Prompt { get; init; }

    public required Guid? ParentId { get; init; }

    public required string? Step { get; init; }

    /// <summary>What the gateway found: guardrails, a schema's check.</summary>
    public required IReadOnlyList<InferenceScore> Scores { get; init; }

    /// <summary>What was looked up for the request; absent for nothing.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<InferenceRetrieval>? Retrieval { get; init; }

    /// <summary>The variant of an experiment that it was given; absent for none, and left out of lists.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ExposureView? Exposure { get; init; }

    public required IReadOnlyDictionary<string, string> Metadata { get; init; }

    public required IReadOnlyList<AttemptView> Attempts { get; init; }

    /// <summary>JSON where the body is JSON, else its text; JSON's null when not kept; left out of lists.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JsonElement? Request { get; init; }

    /// <inheritdoc cref="Request"/>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JsonElement? Response { get; init; }

    /// <summary>What was said of it, newest first; left out of lists.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<FeedbackView>? Feedback { get; init; }

    public static InferenceView Of(Inference row, IReadOnlyDictionary<string, string> metadata) => new()
    {
        Id = row.Id,
        ProjectId = row.ProjectId,
        KeyId = row.KeyId,
        Operation = row.Operation,
        Purpose = row.Purpose,
        BodyId = row.BodyId,
        RequestedModel = row.RequestedModel,
        Model = row.Model,
        Provider = row.Provider,
        CreatedAt = UnixMicros.ToTime(row.CreatedAtMicros).UtcDateTime,
        DurationMs = row.DurationMicros / AttemptView.MicrosPerMilli,
        TimeToFirstTokenMs = row.TimeToFirstTokenMicros / AttemptView.MicrosPerMilli,
        Status = row.Status,
        Outcome = InferenceNames.Of(row.Outcome),
        ErrorCode = row.ErrorCode,
        Streamed = row.Streamed,
        Cache = InferenceNames.Of(row.Cache),
        FinishReason = row.FinishReason,
        InputTokens = row.InputTokens,
        OutputTokens = row.OutputTokens,
        CachedInputTokens = row.CachedInputTokens,
        ReasoningTokens = row.ReasoningTokens,
        UsageEstimated = row.UsageEstimated,
        CostUsd = Money.ToUsd(row.CostNanoUsd),
        EndUser = row.EndUser,
        EpisodeId = row.EpisodeId,
        TraceId = row.TraceId,
        RequestBytes = row.RequestBytes,
        ResponseBytes = row.ResponseBytes,
        BodiesKept = row.BodiesKept,
        Prompt = PromptView.Of(row),
        ParentId = row.ParentId,
        Step = row.Step,
        Scores = InferenceScores.Read(row.Scores),
        Retrieval = InferenceRetrievals.Read(row.Retrieval),
        Metadata = metadata,
        Attempts = ReadAttempts(row.Attempts),
    };

    private static List<AttemptView> ReadAttempts(string json) =>
        [.. InferenceAttempts.Read(json).Select(AttemptView.Of)];
}

/// <param name="Id">The managed prompt.</param>
/// <param name="Version">Its version.</param>
/// <param name="Label">The label that the caller named; null when it named the version.</param>
/// <param name="Variables">Their values; null when not kept.</param>
/// <param name="Messages">How many of the request's messages are the prompt's; the caller's own come after them.</param>
internal sealed record PromptView(string Id, int Version, string? Label, JsonElement? Variables, int Messages)
{
    public static PromptView? Of(Inference row) => row.PromptId is null ? null : new(
        row.PromptId, row.PromptVersion ?? 0, row.PromptLabel, row.PromptVariables is { } json ? JsonElement.Parse(json) : null,
        row.PromptMessages ?? 0);
}

/// <param name="ExperimentId">The experiment.</param>
/// <param name="Variant">Its variant.</param>
/// <param name="Stage">The experiment's stage by then.</param>
internal sealed record ExposureView(string ExperimentId, string Variant, int Stage);

internal sealed record AttemptView(string Provider, string Model, int? Status, double DurationMs, string? Error)
{
    internal const double MicrosPerMilli = 1000;

    public static AttemptView Of(InferenceAttempt attempt) =>
        new(attempt.Provider, attempt.Model, attempt.Status, attempt.DurationMicros / MicrosPerMilli, attempt.Error);
}

internal sealed record InferencePage(IReadOnlyList<InferenceView> Data, bool HasMore)
{
    public string Object { get; } = "list";

    public Guid? FirstId => Data.Count > 0 ? Data[0].Id : null;

    public Guid? LastId => Data.Count > 0 ? Data[^1].Id : null;
}
