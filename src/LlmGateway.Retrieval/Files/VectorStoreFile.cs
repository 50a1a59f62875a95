using System.ComponentModel.DataAnnotations;
using LlmGateway.Service;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LlmGateway.Retrieval.Files;

/// <summary>A file in a vector store, which is also the work of getting it in there.</summary>
internal sealed class VectorStoreFile : LeasedRow
{
    public const string IdPrefix = "vsf_";

    [MaxLength(64)]
    public required string ProjectId { get; init; }

    /// <summary>In whose name the file is read and embedded; null for an admin's.</summary>
    [MaxLength(64)]
    public string? KeyId { get; init; }

    [MaxLength(64)]
    public required string VectorStoreId { get; init; }

    [MaxLength(64)]
    public required string FileId { get; init; }

    /// <summary>The batch that brought it; null for none.</summary>
    [MaxLength(64)]
    public string? BatchId { get; set; }

    /// <summary>Known once the file was read.</summary>
    [MaxLength(512)]
    public string? FileName { get; set; }

    public required long CreatedAtMicros { get; init; }

    /// <summary>A JSON object of strings, numbers and booleans.</summary>
    public required string Attributes { get; set; }

    /// <summary>How it is cut, as JSON.</summary>
    public required string Chunking { get; init; }

    /// <summary>The store's version in which it could first be found, or its attributes were changed last: copies read what is newer than they are.</summary>
    public long ChangedInVersion { get; set; }

    /// <summary>Bytes that its chunks take.</summary>
    public long UsageBytes { get; set; }

    /// <summary>SHA-256 of its text in hex; null until it was read.</summary>
    [MaxLength(64)]
    public string? ContentHash { get; set; }

    /// <summary>One of OpenAI's: <c>server_error</c>, <c>unsupported_file</c>, <c>invalid_file</c>; null for no error.</summary>
    [MaxLength(32)]
    public string? ErrorCode { get; set; }

    [MaxLength(1024)]
    public string? ErrorMessage { get; set; }
}

/// <summary>Where a file stands, in OpenAI's words.</summary>
internal static class FileStatus
{
    public const string InProgress = "in_progress";
    public const string Completed = "completed";
    public const string Cancelled = "cancelled";
    public const string Failed = "failed";

    public static readonly string[] Open = [InProgress];
    public static readonly string[] All = [InProgress, Completed, Cancelled, Failed];
}

internal sealed class VectorStoreFileConfiguration : IEntityTypeConfiguration<VectorStoreFile>
{
    public void Configure(EntityTypeBuilder<VectorStoreFile> builder)
    {
        builder.ToTable("vector_store_files");
        builder.HasKey(row => row.Id);
        builder.HasIndex(row => new { row.VectorStoreId, row.FileId }).IsUnique();
        builder.HasIndex(row => new { row.Status, row.LeaseUntil, row.Id });
        builder.HasIndex(row => row.BatchId);
    }
}
