using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LlmGateway.Datasets.Storage;

/// <summary>A piece of a file's content; every piece but the last has <see cref="Size"/> bytes. In PostgreSQL only.</summary>
internal sealed class FileChunk
{
    /// <summary>1 MB: 512 rows for the largest file, and what a reader or writer holds in memory.</summary>
    public const int Size = 1 << 20;

    public required string FileId { get; init; }

    /// <summary>From 0.</summary>
    public required int Number { get; init; }

    public required byte[] Data { get; init; }

    internal static void Configure(EntityTypeBuilder<FileChunk> builder)
    {
        builder.ToTable("file_chunks");
        builder.HasKey(row => new { row.FileId, row.Number });
    }
}
