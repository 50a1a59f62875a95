using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LlmGateway.Gateway.SemanticCaching.Entries;

/// <summary>Requests of one cache that are equal in all but the question: only these may share answers.</summary>
internal sealed class SemanticPartition
{
    public required string CacheId { get; init; }

    /// <summary>SHA-256 of what its requests have in common, in hex.</summary>
    public required string Id { get; init; }

    /// <summary>As callers name it.</summary>
    public required string Model { get; init; }

    /// <summary>The one that answers, <c>provider/model</c>.</summary>
    public required string Deployment { get; init; }

    public string? PromptId { get; init; }

    public int? PromptVersion { get; init; }

    /// <summary>Its own threshold, where its hits were wrong more often than the target allows; null for the cache's.</summary>
    public double? Threshold { get; set; }

    /// <summary>How often its entries were served.</summary>
    public long Hits { get; init; }

    /// <summary>Unix seconds.</summary>
    public required long CreatedAt { get; init; }
}

internal sealed class SemanticPartitionConfiguration : IEntityTypeConfiguration<SemanticPartition>
{
    public void Configure(EntityTypeBuilder<SemanticPartition> builder)
    {
        builder.ToTable("semantic_cache_partitions");
        builder.HasKey(partition => new { partition.CacheId, partition.Id });
        builder.Property(partition => partition.CacheId).HasMaxLength(64);
        builder.Property(partition => partition.Id).HasMaxLength(64);
        builder.Property(partition => partition.Model).HasMaxLength(256);
        builder.Property(partition => partition.Deployment).HasMaxLength(512);
        builder.Property(partition => partition.PromptId).HasMaxLength(64);
    }
}
