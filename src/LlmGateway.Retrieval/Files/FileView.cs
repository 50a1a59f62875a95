using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using LlmGateway.Retrieval.Chunking;
using LlmGateway.Service;

namespace LlmGateway.Retrieval.Files;

/// <summary>A store's file as the API shows it.</summary>
internal sealed record FileView
{
    public string Object { get; } = "vector_store.file";

    public required string Id { get; init; }

    public required long UsageBytes { get; init; }

    public required long CreatedAt { get; init; }

    public required string VectorStoreId { get; init; }

    public required string Status { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required FileError? LastError { get; init; }

    public required ChunkingStrategyRequest ChunkingStrategy { get; init; }

    public required JsonObject Attributes { get; init; }

    /// <summary>Ours: SHA-256 of the text that was read out of it, which spans are of; absent until then.</summary>
    public required string? ContentHash { get; init; }

    public static FileView Of(VectorStoreFile row) => new()
    {
        Id = row.FileId,
        UsageBytes = row.UsageBytes,
        CreatedAt = UnixMicros.ToSeconds(row.CreatedAtMicros),
        VectorStoreId = row.VectorStoreId,
        Status = row.Status,
        LastError = row.ErrorCode is { } code ? new FileError(code, row.ErrorMessage ?? "") : null,
        ChunkingStrategy = ChunkingStrategyRequest.Of(Chunking.ChunkingStrategy.Parse(row.Chunking)),
        Attributes = Retrieval.Attributes.Parse(row.Attributes),
        ContentHash = row.ContentHash,
    };
}

/// <param name="Code"><c>server_error</c>, <c>unsupported_file</c> or <c>invalid_file</c>.</param>
/// <param name="Message">What is wrong, and what to do.</param>
internal sealed record FileError(string Code, string Message);

/// <summary>A batch as the API shows it.</summary>
internal sealed record BatchView(string Id, long CreatedAt, string VectorStoreId, string Status, FileCounts FileCounts)
{
    public string Object { get; } = "vector_store.files_batch";

    public static BatchView Of(FileBatch batch, FileCounts counts) => new(
        batch.Id,
        UnixMicros.ToSeconds(batch.CreatedAtMicros),
        batch.VectorStoreId,
        counts.InProgress > 0 ? FileStatus.InProgress
            : batch.IsCancelled ? FileStatus.Cancelled
            : counts.Failed == counts.Total ? FileStatus.Failed
            : FileStatus.Completed,
        counts);
}

/// <summary>The text that was read out of a file.</summary>
internal sealed record FileContentView(IReadOnlyList<TextContent> Data)
{
    public string Object { get; } = "vector_store.file_content.page";

    public bool HasMore { get; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public string? NextPage { get; }
}

/// <param name="Text">A text.</param>
internal sealed record TextContent(string Text)
{
    public string Type { get; } = "text";
}
