using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LlmGateway.Gateway.ProjectModels;

/// <summary>
/// The one row that counts changes of aliases and fine-tuned models. Each change updates it first, so changes stand in a
/// line, and a gateway sees by it that its copy is old.
/// </summary>
internal sealed class ProjectModelsVersion
{
    public required int Id { get; init; }

    public required long Version { get; init; }
}

internal sealed class ProjectModelsVersionConfiguration : IEntityTypeConfiguration<ProjectModelsVersion>
{
    public void Configure(EntityTypeBuilder<ProjectModelsVersion> builder)
    {
        builder.ToTable("project_models_version");
        builder.HasKey(row => row.Id);
        builder.Property(row => row.Id).ValueGeneratedNever();
        builder.HasData(new ProjectModelsVersion { Id = 1, Version = 0 });
    }
}
