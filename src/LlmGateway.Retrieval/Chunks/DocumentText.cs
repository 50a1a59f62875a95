using System.ComponentModel.DataAnnotations;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LlmGateway.Retrieval.Chunks;

/// <summary>The text that was read out of a file, which its chunks are spans of.</summary>
internal sealed class DocumentText
{
    [MaxLength(64)]
    public required string FileRowId { get; init; }

    public required string Text { get; init; }
}

internal sealed class DocumentTextConfiguration : IEntityTypeConfiguration<DocumentText>
{
    public void Configure(EntityTypeBuilder<DocumentText> builder)
    {
        builder.ToTable("document_texts");
        builder.HasKey(row => row.FileRowId);
    }
}
