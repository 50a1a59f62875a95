using System.Text.Json;

namespace LlmGateway.Console.Calls;

/// <summary>A logged call, as <c>/v1/inferences</c> tells it. Lists leave out the bodies, the exposure and the feedback.</summary>
public sealed record Call
{
    public required string Id { get; init; }

    public string? KeyId { get; init; }

    public required string Operation { get; init; }

    public required string Purpose { get; init; }

    /// <summary>The answer's own id.</summary>
    public string? BodyId { get; init; }

    public required string RequestedModel { get; init; }

    public string? Model { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public double DurationMs { get; init; }

    public double? TimeToFirstTokenMs { get; init; }

    public int Status { get; init; }

    public required string Outcome { get; init; }

    public string? ErrorCode { get; init; }

    public bool Streamed { get; init; }

    public required string Cache { get; init; }

    public string? FinishReason { get; init; }

    public long? InputTokens { get; init; }

    public long? OutputTokens { get; init; }

    public long? CachedInputTokens { get; init; }

    public long? ReasoningTokens { get; init; }

    public bool UsageEstimated { get; init; }

    public double? CostUsd { get; init; }

    public string? EndUser { get; init; }

    public string? EpisodeId { get; init; }

    public string? TraceId { get; init; }

    public long RequestBytes { get; init; }

    public long ResponseBytes { get; init; }

    public bool BodiesKept { get; init; }

    public CallPrompt? Prompt { get; init; }

    public string? ParentId { get; init; }

    public string? Step { get; init; }

    public IReadOnlyList<CallScore> Scores { get; init; } = [];

    public IReadOnlyList<CallRetrieval>? Retrieval { get; init; }

    public CallExposure? Exposure { get; init; }

    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();

    public JsonElement? Request { get; init; }

    public JsonElement? Response { get; init; }

    public IReadOnlyList<CallFeedbackEntry>? Feedback { get; init; }

    /// <summary>What answered, else what was asked for.</summary>
    public string ShownModel => Model ?? RequestedModel;

    /// <summary>Whether the API can make an item of a dataset of it.</summary>
    public bool CanBeItem => Operation == "chat.completions" && Outcome == "completed" && BodiesKept;
}

/// <param name="Id">The managed prompt.</param>
/// <param name="Version">Its version.</param>
/// <param name="Label">The label that the caller named; null when it named the version.</param>
/// <param name="Variables">Their values; null when not kept.</param>
public sealed record CallPrompt(string Id, int Version, string? Label, JsonElement? Variables);

/// <summary>What the gateway found: a guardrail, a schema's check.</summary>
public sealed record CallScore(string Name, double Value, bool? Passed, string? Reason);

/// <summary>The variant of an experiment that the call was given.</summary>
public sealed record CallExposure(string ExperimentId, string Variant, int Stage);

/// <summary>What was looked up for the request.</summary>
public sealed record CallRetrieval(string Kind, string? Query, IReadOnlyList<JsonElement>? Passages, long Tokens, string? Failed);

/// <summary>What was said of the call.</summary>
public sealed record CallFeedbackEntry(
    string Id, string? EpisodeId, string Metric, string Type, JsonElement Value, string? Comment, IReadOnlyDictionary<string, string>? Tags, long CreatedAt);
