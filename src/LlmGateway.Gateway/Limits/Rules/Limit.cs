using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LlmGateway.Gateway.Limits.Rules;

/// <summary>A limit's row.</summary>
internal sealed class Limit
{
    public const string Prefix = "limit_";

    public required string Id { get; init; }

    /// <summary>Whose calls it is for; null for every project's, each counted by itself.</summary>
    public string? ProjectId { get; init; }

    /// <summary>A <see cref="LimitDefinition"/> as JSON.</summary>
    public required string Definition { get; set; }

    /// <summary>1 at first, one more at each change.</summary>
    public required long Version { get; set; }

    /// <summary>Unix seconds.</summary>
    public required long CreatedAt { get; init; }

    /// <summary>Unix seconds.</summary>
    public required long UpdatedAt { get; set; }

    public LimitDefinition Read() => JsonSerializer.Deserialize(Definition, GatewayJsonContext.Default.LimitDefinition)!;
}

internal sealed class LimitConfiguration : IEntityTypeConfiguration<Limit>
{
    public void Configure(EntityTypeBuilder<Limit> builder)
    {
        builder.ToTable("limits");
        builder.HasKey(limit => limit.Id);
        builder.Property(limit => limit.Id).HasMaxLength(64);
        builder.Property(limit => limit.ProjectId).HasMaxLength(64);
    }
}
