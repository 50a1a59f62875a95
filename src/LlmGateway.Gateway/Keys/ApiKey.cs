using LlmGateway.Service;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LlmGateway.Gateway.Keys;

/// <summary>A caller's key. Its secret is not kept, only the SHA-256 of the whole key.</summary>
internal sealed class ApiKey
{
    public required string Id { get; init; }

    public required string ProjectId { get; init; }

    public required string Name { get; set; }

    /// <summary>SHA-256 of the whole key.</summary>
    public required byte[] Hash { get; set; }

    /// <summary>The same of the secret before the last rotation; null where there was none, or its time is over.</summary>
    public byte[]? PreviousHash { get; set; }

    /// <summary>How long <see cref="PreviousHash"/> is taken; Unix seconds.</summary>
    public long? PreviousUntil { get; set; }

    public required Scopes Scopes { get; init; }

    /// <summary>Models it may call; empty for all.</summary>
    public List<string> AllowedModels { get; set; } = [];

    /// <summary>Unix seconds.</summary>
    public required long CreatedAt { get; init; }

    /// <summary>Unix seconds; null for never.</summary>
    public long? ExpiresAt { get; set; }

    public long? RevokedAt { get; set; }

    public bool IsUsableAt(long unixSeconds) => RevokedAt is null && (ExpiresAt is null || ExpiresAt > unixSeconds);

    /// <summary>Until when the secret with this hash is taken, Unix seconds; null for no end.</summary>
    public long? UsableUntil(ReadOnlySpan<byte> hash) =>
        hash.SequenceEqual(Hash) ? ExpiresAt : Math.Min(ExpiresAt ?? long.MaxValue, PreviousUntil ?? 0);

    public Caller ToCaller() => new(ProjectId, Id, Scopes)
    {
        AllowedModels = AllowedModels.Count == 0 ? null : AllowedModels.ToHashSet(StringComparer.Ordinal),
    };
}

internal sealed class ApiKeyConfiguration : IEntityTypeConfiguration<ApiKey>
{
    public void Configure(EntityTypeBuilder<ApiKey> builder)
    {
        builder.ToTable("api_keys");
        builder.HasKey(key => key.Id);
        builder.HasIndex(key => key.Hash).IsUnique();
        builder.HasIndex(key => key.PreviousHash).IsUnique();
        builder.HasIndex(key => new { key.ProjectId, key.Id });
        builder.Property(key => key.Id).HasMaxLength(64);
        builder.Property(key => key.ProjectId).HasMaxLength(64);
        builder.Property(key => key.Name).HasMaxLength(200);
    }
}
