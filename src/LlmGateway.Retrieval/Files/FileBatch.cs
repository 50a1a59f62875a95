using System.ComponentModel.DataAnnotations;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LlmGateway.Retrieval.Files;

/// <summary>Files that were brought into a store together. Where it stands is what its files say.</summary>
internal sealed class FileBatch
{
    public const string IdPrefix = "vsfb_";

    [MaxLength(64)]
    public required string Id { get; init; }

    [MaxLength(64)]
    public required string VectorStoreId { get; init; }

    public required long CreatedAtMicros { get; init; }

    public bool IsCancelled { get; set; }
}

internal sealed class FileBatchConfiguration : IEntityTypeConfiguration<FileBatch>
{
    public void Configure(EntityTypeBuilder<FileBatch> builder)
    {
        builder.ToTable("vector_store_file_batches");
        builder.HasKey(row => row.Id);
        builder.HasIndex(row => row.VectorStoreId);
    }
}
