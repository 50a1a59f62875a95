using System.ComponentModel.DataAnnotations;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LlmGateway.Retrieval.Chunks;

/// <summary>A passage of a file. Its vector is a column that each database has in a form of its own.</summary>
internal sealed class Chunk
{
    /// <summary>Name of the vector's column, which is no property: a blob of floats in SQLite, pgvector's type in PostgreSQL.</summary>
    public const string Embedding = "Embedding";

    [MaxLength(64)]
    public required string VectorStoreId { get; init; }

    /// <summary>The row of the file in the store.</summary>
    [MaxLength(64)]
    public required string FileRowId { get; init; }

    /// <summary>Its place among the file's chunks, from 0.</summary>
    public required int Index { get; init; }

    /// <summary>First character in the file's text.</summary>
    public required int Start { get; init; }

    /// <summary>Behind its last character in the file's text.</summary>
    public required int End { get; init; }

    /// <summary>Where the <see cref="ParentPassage"/> begins that is shown in its place; null for none.</summary>
    public int? ParentStart { get; init; }

    /// <summary>What is searched and shown; may begin with headings that stand above it in the file.</summary>
    public required string Text { get; init; }
}

internal sealed class ChunkConfiguration : IEntityTypeConfiguration<Chunk>
{
    public void Configure(EntityTypeBuilder<Chunk> builder)
    {
        builder.ToTable("chunks");
        builder.HasKey(row => new { row.FileRowId, row.Index });
        builder.HasIndex(row => row.VectorStoreId);
    }
}
