using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using LlmGateway.Retrieval.Files;
using LlmGateway.Service;

namespace LlmGateway.Retrieval.VectorStores;

/// <summary>A store as the API shows it.</summary>
internal sealed record VectorStoreView
{
    public string Object { get; } = "vector_store";

    public required string Id { get; init; }

    public required long CreatedAt { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required string? Name { get; init; }

    public required string? Description { get; init; }

    public required long UsageBytes { get; init; }

    public required FileCounts FileCounts { get; init; }

    /// <summary><c>in_progress</c>, <c>completed</c> or <c>expired</c>.</summary>
    public required string Status { get; init; }

    public required ExpiresAfter? ExpiresAfter { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required long? ExpiresAt { get; init; }

    public required long LastActiveAt { get; init; }

    public required JsonObject Metadata { get; init; }

    /// <summary>Ours.</summary>
    public required string EmbeddingModel { get; init; }

    /// <summary>Ours: by which words are searched.</summary>
    public required string Language { get; init; }

    public static VectorStoreView Of(VectorStore row, FileCounts counts, long usageBytes, TimeProvider time) => new()
    {
        Id = row.Id,
        CreatedAt = UnixMicros.ToSeconds(row.CreatedAtMicros),
        Name = row.Name ?? "",
        Description = row.Description,
        UsageBytes = usageBytes,
        FileCounts = counts,
        Status = row.ExpiresAtMicros <= time.NowMicros() ? "expired" : counts.InProgress > 0 ? FileStatus.InProgress : FileStatus.Completed,
        ExpiresAfter = row.ExpiresAfterDays is { } days ? new ExpiresAfter(ExpiresAfter.LastActiveAt, days) : null,
        ExpiresAt = row.ExpiresAtMicros is { } at ? UnixMicros.ToSeconds(at) : null,
        LastActiveAt = UnixMicros.ToSeconds(row.LastActiveAtMicros),
        Metadata = Attributes.Parse(row.Metadata),
        EmbeddingModel = row.EmbeddingModel,
        Language = row.Language,
    };
}
