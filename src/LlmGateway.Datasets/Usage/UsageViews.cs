using System.Text.Json.Serialization;

namespace LlmGateway.Datasets.Usage;

/// <summary>Usage by time: every bucket of the range, oldest first, also the empty ones.</summary>
internal sealed record UsagePage(IReadOnlyList<UsageBucket> Data)
{
    public string Object { get; } = "list";
}

/// <summary>One hour or day in UTC. Its end is exclusive.</summary>
internal sealed record UsageBucket(DateTime StartTime, DateTime EndTime, IReadOnlyList<UsageResult> Results)
{
    public string Object { get; } = "bucket";
}

/// <summary>What one group used. Sums are over the calls whose value is known, and null if none is.</summary>
internal sealed record UsageResult
{
    public string Object { get; } = "usage.result";

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ProjectId { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? KeyId { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Model { get; init; }

    public required long Requests { get; init; }

    /// <summary>Calls answered by the response cache or by an identical call under way.</summary>
    public required long CacheHits { get; init; }

    public required long? InputTokens { get; init; }

    public required long? OutputTokens { get; init; }

    public required long? CachedInputTokens { get; init; }

    public required decimal? CostUsd { get; init; }

    /// <summary>Calls whose tokens we counted ourselves.</summary>
    public required long EstimatedRequests { get; init; }

    /// <summary>Calls whose cost is unknown: <see cref="CostUsd"/> lacks them.</summary>
    public required long UnpricedRequests { get; init; }
}
