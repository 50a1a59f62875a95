using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LlmGateway.Gateway.Prompts.Labels;

/// <summary>A name for one version of a prompt, which moves to another version when that is deployed.</summary>
internal sealed class PromptLabel
{
    /// <summary>What a reference without a version or a label means.</summary>
    public const string Default = "production";

    /// <summary>The newest version; no row, and nobody moves it.</summary>
    public const string Latest = "latest";

    public required string PromptId { get; init; }

    public required string Name { get; init; }

    public required int Version { get; set; }

    /// <summary>Unix seconds.</summary>
    public required long UpdatedAt { get; set; }

    /// <summary>The public id of the key that moved it last.</summary>
    public string? UpdatedBy { get; set; }
}

internal sealed class PromptLabelConfiguration : IEntityTypeConfiguration<PromptLabel>
{
    public void Configure(EntityTypeBuilder<PromptLabel> builder)
    {
        builder.ToTable("prompt_labels");
        builder.HasKey(label => new { label.PromptId, label.Name });
        builder.HasOne<Prompt>().WithMany().HasForeignKey(label => label.PromptId);
        builder.Property(label => label.PromptId).HasMaxLength(64);
        builder.Property(label => label.Name).HasMaxLength(PromptRules.MaxNameLength);
        builder.Property(label => label.UpdatedBy).HasMaxLength(64);
    }
}
