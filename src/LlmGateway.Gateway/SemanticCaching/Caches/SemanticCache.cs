using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LlmGateway.Gateway.SemanticCaching.Caches;

/// <summary>A project's semantic cache: its policy, and what was learned about it.</summary>
internal sealed class SemanticCache
{
    /// <summary>What the id begins with.</summary>
    public const string Prefix = "semcache_";

    public required string Id { get; init; }

    public required string ProjectId { get; init; }

    public required SemanticCachePolicy Policy { get; set; }

    /// <summary>Length of the embedding model's vectors, as it was when the cache was made or last emptied.</summary>
    public required int Dimensions { get; set; }

    /// <summary>The threshold that judged pairs led to; null for the policy's own.</summary>
    public double? TunedThreshold { get; set; }

    /// <summary>One more whenever entries are removed: answers that were under way meanwhile are not stored, and copies are dropped.</summary>
    public required long Generation { get; set; }

    /// <summary>Unix seconds.</summary>
    public required long CreatedAt { get; init; }

    /// <summary>Unix seconds.</summary>
    public required long UpdatedAt { get; set; }

    /// <summary>Least similarity of a hit, where a partition has none of its own.</summary>
    public double Threshold => TunedThreshold ?? Policy.Threshold;
}

internal sealed class SemanticCacheConfiguration : IEntityTypeConfiguration<SemanticCache>
{
    public void Configure(EntityTypeBuilder<SemanticCache> builder)
    {
        builder.ToTable("semantic_caches");
        builder.HasKey(cache => cache.Id);
        builder.HasIndex(cache => cache.ProjectId);
        builder.Ignore(cache => cache.Threshold);
        builder.Property(cache => cache.Id).HasMaxLength(64);
        builder.Property(cache => cache.ProjectId).HasMaxLength(64);
        builder.Property(cache => cache.Policy).HasConversion(
            policy => JsonSerializer.Serialize(policy, GatewayJsonContext.Default.SemanticCachePolicy),
            text => JsonSerializer.Deserialize(text, GatewayJsonContext.Default.SemanticCachePolicy)!);
    }
}
