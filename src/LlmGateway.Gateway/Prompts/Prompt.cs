using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LlmGateway.Gateway.Prompts;

/// <summary>A prompt of a project: a name that stands for ever, over versions that do not change.</summary>
internal sealed class Prompt
{
    /// <summary>What the id begins with.</summary>
    public const string Prefix = "prompt_";

    public required string Id { get; init; }

    public required string ProjectId { get; init; }

    /// <summary>Unique among the project's prompts that are not archived.</summary>
    public required string Name { get; init; }

    public string? Description { get; set; }

    /// <summary>A JSON object of texts; null for none.</summary>
    public string? Metadata { get; set; }

    /// <summary>Labels that only an admin moves.</summary>
    public required List<string> ProtectedLabels { get; set; }

    /// <summary>The number of the newest version.</summary>
    public required int LatestVersion { get; set; }

    /// <summary>Unix seconds.</summary>
    public required long CreatedAt { get; init; }

    /// <summary>Unix seconds.</summary>
    public required long UpdatedAt { get; set; }

    /// <summary>Unix seconds; null while it is in use. An archived prompt's versions stay for those that include them.</summary>
    public long? ArchivedAt { get; set; }
}

internal sealed class PromptConfiguration : IEntityTypeConfiguration<Prompt>
{
    public void Configure(EntityTypeBuilder<Prompt> builder)
    {
        builder.ToTable("prompts");
        builder.HasKey(prompt => prompt.Id);
        builder.HasIndex(prompt => new { prompt.ProjectId, prompt.Name }).IsUnique().HasFilter("\"ArchivedAt\" IS NULL");
        builder.Property(prompt => prompt.Id).HasMaxLength(64);
        builder.Property(prompt => prompt.ProjectId).HasMaxLength(64);
        builder.Property(prompt => prompt.Name).HasMaxLength(PromptRules.MaxNameLength);
        builder.Property(prompt => prompt.Description).HasMaxLength(PromptRules.MaxDescriptionLength);
    }
}
