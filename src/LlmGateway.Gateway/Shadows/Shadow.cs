using LlmGateway.Gateway.Variants;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LlmGateway.Gateway.Shadows;

/// <summary>A share of a route's production calls, made again with a candidate that no caller sees.</summary>
internal sealed class Shadow
{
    public required string Id { get; init; }

    public required string ProjectId { get; init; }

    /// <summary>Once in a project; the log calls the candidate's calls by it.</summary>
    public required string Name { get; init; }

    /// <summary>The route, as callers name it.</summary>
    public required string Model { get; init; }

    /// <summary>The share of its calls, above 0 and up to 1.</summary>
    public required double Share { get; set; }

    /// <summary>A <see cref="CallVariant"/> as JSON.</summary>
    public required string Candidate { get; init; }

    /// <summary>What all its calls may cost, in nano-dollars; null for no limit.</summary>
    public long? MaxCostNanoUsd { get; set; }

    /// <summary>What the calls of one day, in UTC, may cost, in nano-dollars; null for no limit.</summary>
    public long? MaxCostNanoUsdPerDay { get; set; }

    /// <summary>Null for no limit.</summary>
    public long? MaxCalls { get; set; }

    /// <summary>Unix seconds; null for never.</summary>
    public long? ExpiresAt { get; set; }

    /// <summary>One of <see cref="ShadowStatus"/>, but for <see cref="ShadowStatus.Expired"/>, which time tells.</summary>
    public required string Status { get; set; }

    /// <summary>Which limit was reached: the name of its field, or <c>price_unknown</c>; null unless it is exhausted.</summary>
    public string? StatusReason { get; set; }

    /// <summary>Unix seconds.</summary>
    public required long CreatedAt { get; init; }

    public bool HasCostLimit => MaxCostNanoUsd is not null || MaxCostNanoUsdPerDay is not null;

    public string StatusAt(DateTimeOffset now) =>
        Status == ShadowStatus.Active && ExpiresAt <= now.ToUnixTimeSeconds() ? ShadowStatus.Expired : Status;
}

/// <summary>Whether a shadow mirrors.</summary>
internal static class ShadowStatus
{
    public const string Active = "active";
    public const string Paused = "paused";

    /// <summary>It reached a limit; raising that and making it active again lets it go on.</summary>
    public const string Exhausted = "exhausted";

    public const string Expired = "expired";
}

internal sealed class ShadowConfiguration : IEntityTypeConfiguration<Shadow>
{
    public void Configure(EntityTypeBuilder<Shadow> builder)
    {
        builder.ToTable("shadows");
        builder.HasKey(shadow => shadow.Id);
        builder.HasIndex(shadow => new { shadow.ProjectId, shadow.Name }).IsUnique();
        builder.Property(shadow => shadow.Id).HasMaxLength(64);
        builder.Property(shadow => shadow.ProjectId).HasMaxLength(64);
        builder.Property(shadow => shadow.Name).HasMaxLength(64);
        builder.Property(shadow => shadow.Model).HasMaxLength(256);
        builder.Property(shadow => shadow.Status).HasMaxLength(16);
        builder.Property(shadow => shadow.StatusReason).HasMaxLength(64);
    }
}
