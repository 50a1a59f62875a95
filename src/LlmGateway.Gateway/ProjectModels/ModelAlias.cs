using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LlmGateway.Gateway.ProjectModels;

/// <summary>A name that a project gave to a model and can give to another one at any time.</summary>
internal sealed class ModelAlias
{
    public required string ProjectId { get; init; }

    public required string Name { get; init; }

    /// <summary>What a caller could name as well: <c>provider/model</c>, a configured alias, a fine-tuned model.</summary>
    public required string Model { get; set; }

    /// <summary>1 at first, one more at each change.</summary>
    public required long Version { get; set; }

    /// <summary>Unix seconds.</summary>
    public required long UpdatedAt { get; set; }
}

internal sealed class ModelAliasConfiguration : IEntityTypeConfiguration<ModelAlias>
{
    public void Configure(EntityTypeBuilder<ModelAlias> builder)
    {
        builder.ToTable("model_aliases");
        builder.HasKey(alias => new { alias.ProjectId, alias.Name });
        builder.Property(alias => alias.ProjectId).HasMaxLength(64);
        builder.Property(alias => alias.Name).HasMaxLength(64);
        builder.Property(alias => alias.Model).HasMaxLength(256);
    }
}
