using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LlmGateway.Gateway.Prompts.Versions;

/// <summary>One version of a prompt; it never changes.</summary>
internal sealed class PromptVersion
{
    public required string PromptId { get; init; }

    /// <summary>1, 2, …</summary>
    public required int Number { get; init; }

    /// <summary>See <see cref="ContentHash"/>.</summary>
    public required string Hash { get; init; }

    /// <summary>A <see cref="PromptContent"/> as JSON.</summary>
    public required string Content { get; init; }

    /// <summary>The <see cref="Composition.PinnedPrompt"/>s that it includes, as a JSON array; null for none.</summary>
    public string? Includes { get; init; }

    public string? CommitMessage { get; init; }

    /// <summary>Unix seconds.</summary>
    public required long CreatedAt { get; init; }

    /// <summary>The public id of the key that made it.</summary>
    public string? CreatedBy { get; init; }
}

internal sealed class PromptVersionConfiguration : IEntityTypeConfiguration<PromptVersion>
{
    public void Configure(EntityTypeBuilder<PromptVersion> builder)
    {
        builder.ToTable("prompt_versions");
        builder.HasKey(version => new { version.PromptId, version.Number });
        builder.HasIndex(version => new { version.PromptId, version.Hash }).IsUnique();
        builder.HasOne<Prompt>().WithMany().HasForeignKey(version => version.PromptId);
        builder.Property(version => version.PromptId).HasMaxLength(64);
        builder.Property(version => version.Hash).HasMaxLength(64);
        builder.Property(version => version.CommitMessage).HasMaxLength(PromptRules.MaxCommitMessageLength);
        builder.Property(version => version.CreatedBy).HasMaxLength(64);
    }
}
