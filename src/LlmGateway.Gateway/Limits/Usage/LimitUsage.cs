using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LlmGateway.Gateway.Limits.Usage;

/// <summary>What a subject used of a limit in one window that is an hour or longer, all gateways together.</summary>
internal sealed class LimitUsage
{
    public required string LimitId { get; init; }

    public required string ProjectId { get; init; }

    public required string Subject { get; init; }

    /// <summary>The window's start, Unix seconds; 0 for one without an end.</summary>
    public required long WindowStart { get; init; }

    /// <summary>The window's end, Unix seconds; null for none.</summary>
    public long? WindowEnd { get; init; }

    /// <summary>A count, or nano-dollars.</summary>
    public required long Used { get; init; }
}

internal sealed class LimitUsageConfiguration : IEntityTypeConfiguration<LimitUsage>
{
    public void Configure(EntityTypeBuilder<LimitUsage> builder)
    {
        builder.ToTable("limit_usage");
        builder.HasKey(usage => new { usage.LimitId, usage.WindowStart, usage.ProjectId, usage.Subject });
        builder.HasIndex(usage => usage.WindowEnd);
        builder.Property(usage => usage.LimitId).HasMaxLength(64);
        builder.Property(usage => usage.ProjectId).HasMaxLength(64);
        builder.Property(usage => usage.Subject).HasMaxLength(CounterKey.MaxSubjectLength);
    }
}
