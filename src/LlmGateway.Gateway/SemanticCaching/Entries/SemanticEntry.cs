using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Pgvector;

namespace LlmGateway.Gateway.SemanticCaching.Entries;

/// <summary>A question and the answer that it got.</summary>
internal sealed class SemanticEntry
{
    /// <summary>What the id begins with.</summary>
    public const string Prefix = "sementry_";

    public required string Id { get; init; }

    public required string CacheId { get; init; }

    public required string Partition { get; init; }

    public string? PromptId { get; init; }

    public int? PromptVersion { get; init; }

    /// <summary>The text that was embedded.</summary>
    public required string Question { get; init; }

    /// <summary>The answer, by <see cref="Caching.CachedAnswerCodec"/>.</summary>
    public required byte[] Answer { get; init; }

    /// <summary>Of length 1.</summary>
    public required Half[] Embedding { get; init; }

    public required int Dimensions { get; init; }

    /// <summary>The call that got the answer.</summary>
    public required Guid InferenceId { get; init; }

    /// <summary>Unix seconds.</summary>
    public required long CreatedAt { get; init; }

    /// <summary>Unix seconds.</summary>
    public required long ExpiresAt { get; init; }

    /// <summary>Unix seconds; behind by <see cref="StoredEntries.UseGranularity"/> at most.</summary>
    public required long LastUsedAt { get; init; }
}

internal sealed class SemanticEntryConfiguration : IEntityTypeConfiguration<SemanticEntry>
{
    // An entry's vector never changes.
    private static readonly ValueComparer<Half[]> Unchanging = new((a, b) => ReferenceEquals(a, b), vector => RuntimeHelpers.GetHashCode(vector));

    public void Configure(EntityTypeBuilder<SemanticEntry> builder)
    {
        builder.ToTable("semantic_cache_entries");
        builder.HasKey(entry => entry.Id);
        builder.HasIndex(entry => new { entry.CacheId, entry.Partition });
        builder.HasIndex(entry => new { entry.CacheId, entry.LastUsedAt });
        builder.HasIndex(entry => entry.ExpiresAt);
        builder.Property(entry => entry.Id).HasMaxLength(64);
        builder.Property(entry => entry.CacheId).HasMaxLength(64);
        builder.Property(entry => entry.Partition).HasMaxLength(64);
        builder.Property(entry => entry.PromptId).HasMaxLength(64);
        builder.Property(entry => entry.Embedding).HasConversion(
            vector => ToBytes(vector), bytes => FromBytes(bytes), Unchanging);
    }

    /// <summary>PostgreSQL keeps vectors as pgvector's <c>halfvec</c>, of any length; its migration adds an index for each common length.</summary>
    public static void UsePgvector(ModelBuilder builder)
    {
        builder.HasPostgresExtension("vector");
        builder.Entity<SemanticEntry>().Property(entry => entry.Embedding).HasColumnType("halfvec")
            .HasConversion(vector => ToHalfVector(vector), vector => vector.ToArray(), Unchanging);
    }

    private static byte[] ToBytes(Half[] vector) => MemoryMarshal.AsBytes(vector.AsSpan()).ToArray();

    private static Half[] FromBytes(byte[] bytes) => MemoryMarshal.Cast<byte, Half>(bytes).ToArray();

    private static HalfVector ToHalfVector(Half[] vector) => new(vector);
}
