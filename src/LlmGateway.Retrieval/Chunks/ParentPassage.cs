using System.ComponentModel.DataAnnotations;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LlmGateway.Retrieval.Chunks;

/// <summary>A passage that is shown in place of the small chunks in it, which are what is searched.</summary>
internal sealed class ParentPassage
{
    [MaxLength(64)]
    public required string FileRowId { get; init; }

    /// <summary>First character in the file's text, which chunks name it by.</summary>
    public required int Start { get; init; }

    /// <summary>Behind its last character.</summary>
    public required int End { get; init; }

    public required string Text { get; init; }
}

internal sealed class ParentPassageConfiguration : IEntityTypeConfiguration<ParentPassage>
{
    public void Configure(EntityTypeBuilder<ParentPassage> builder)
    {
        builder.ToTable("parent_passages");
        builder.HasKey(row => new { row.FileRowId, row.Start });
    }
}
