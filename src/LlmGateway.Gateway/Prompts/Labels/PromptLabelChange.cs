using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LlmGateway.Gateway.Prompts.Labels;

/// <summary>One entry of a label's history.</summary>
internal sealed class PromptLabelChange
{
    /// <summary>Rises with each change of any label.</summary>
    public long Id { get; init; }

    public required string PromptId { get; init; }

    public required string Label { get; init; }

    /// <summary>What it pointed to before; null for a new label.</summary>
    public int? From { get; init; }

    /// <summary>What it points to since; null when it was deleted.</summary>
    public int? To { get; init; }

    /// <summary>
    /// For a roll-back, the entry that it brought back. The next roll-back goes on from there, so that it never
    /// returns to what was rolled back.
    /// </summary>
    public long? Restores { get; init; }

    /// <summary>Unix seconds.</summary>
    public required long CreatedAt { get; init; }

    /// <summary>The public id of the key that made the change.</summary>
    public string? CreatedBy { get; init; }
}

internal sealed class PromptLabelChangeConfiguration : IEntityTypeConfiguration<PromptLabelChange>
{
    public void Configure(EntityTypeBuilder<PromptLabelChange> builder)
    {
        builder.ToTable("prompt_label_changes");
        builder.HasKey(change => change.Id);
        builder.HasIndex(change => new { change.PromptId, change.Label, change.Id });
        builder.HasOne<Prompt>().WithMany().HasForeignKey(change => change.PromptId);
        builder.Property(change => change.PromptId).HasMaxLength(64);
        builder.Property(change => change.Label).HasMaxLength(PromptRules.MaxNameLength);
        builder.Property(change => change.CreatedBy).HasMaxLength(64);
    }
}
