using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LlmGateway.Gateway.Providers;

/// <summary>A provider that an operator took out of service; without a row it is in service.</summary>
internal sealed class DisabledProvider
{
    /// <summary>Its name in the configuration. The row stays when the configuration loses it.</summary>
    public required string Name { get; init; }

    /// <summary>For people.</summary>
    public string? Reason { get; set; }

    /// <summary>The public id of the key that did it; null for what has none.</summary>
    public string? KeyId { get; set; }

    /// <summary>Unix seconds.</summary>
    public required long DisabledAt { get; init; }
}

internal sealed class DisabledProviderConfiguration : IEntityTypeConfiguration<DisabledProvider>
{
    public void Configure(EntityTypeBuilder<DisabledProvider> builder)
    {
        builder.ToTable("disabled_providers");
        builder.HasKey(provider => provider.Name);
        builder.Property(provider => provider.Name).HasMaxLength(256);
        builder.Property(provider => provider.Reason).HasMaxLength(500);
        builder.Property(provider => provider.KeyId).HasMaxLength(64);
    }
}
