using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LlmGateway.Gateway.SemanticCaching.Precision;

/// <summary>A question and its nearest stored one, and whether they have the same answer; without their texts.</summary>
internal sealed class JudgedPair
{
    /// <summary>What the id begins with.</summary>
    public const string Prefix = "sempair_";

    public required string Id { get; init; }

    public required string CacheId { get; init; }

    /// <summary>Null for pairs that were given.</summary>
    public string? Partition { get; init; }

    public required double Similarity { get; init; }

    /// <summary>Whether the stored answer was right for the question.</summary>
    public required bool Same { get; init; }

    public required PairKind Kind { get; init; }

    /// <summary>What finding out cost, as far as that is known.</summary>
    public required long CostNanoUsd { get; init; }

    /// <summary>Unix seconds.</summary>
    public required long CreatedAt { get; init; }
}

/// <summary>Where a pair comes from.</summary>
internal enum PairKind
{
    /// <summary>The stored answer was served.</summary>
    Hit = 0,

    /// <summary>It was not similar enough to be served.</summary>
    NearMiss = 1,

    /// <summary>A person labelled it.</summary>
    Given = 2,
}

internal sealed class JudgedPairConfiguration : IEntityTypeConfiguration<JudgedPair>
{
    public void Configure(EntityTypeBuilder<JudgedPair> builder)
    {
        builder.ToTable("semantic_cache_pairs");
        builder.HasKey(pair => pair.Id);
        builder.HasIndex(pair => new { pair.CacheId, pair.Id });
        builder.Property(pair => pair.Id).HasMaxLength(64);
        builder.Property(pair => pair.CacheId).HasMaxLength(64);
        builder.Property(pair => pair.Partition).HasMaxLength(64);
    }
}
