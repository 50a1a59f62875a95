using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LlmGateway.Gateway.Settings;

/// <summary>
/// The row that counts the changes of one kind of settings. Each change updates it first, so changes stand in a line, and a
/// gateway sees by it that its copy is old.
/// </summary>
internal sealed class SettingsVersion
{
    public required string Kind { get; init; }

    public required long Version { get; init; }
}

internal sealed class SettingsVersionConfiguration : IEntityTypeConfiguration<SettingsVersion>
{
    public void Configure(EntityTypeBuilder<SettingsVersion> builder)
    {
        builder.ToTable("settings_versions");
        builder.HasKey(row => row.Kind);
        builder.Property(row => row.Kind).HasMaxLength(32);
        builder.HasData(SettingsKinds.All.Select(kind => new SettingsVersion { Kind = kind, Version = 0 }));
    }
}
