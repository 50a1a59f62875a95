using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LlmGateway.Gateway.Projects;

/// <summary>Everything belongs to a project; projects never see one another's data.</summary>
internal sealed class Project
{
    public required string Id { get; init; }

    public required string Name { get; set; }

    /// <summary>False keeps the accounts of each call but not its bodies.</summary>
    public bool LogBodies { get; set; } = true;

    /// <summary>Unix seconds.</summary>
    public required long CreatedAt { get; init; }
}

internal sealed class ProjectConfiguration : IEntityTypeConfiguration<Project>
{
    public void Configure(EntityTypeBuilder<Project> builder)
    {
        builder.ToTable("projects");
        builder.HasKey(project => project.Id);
        builder.Property(project => project.Id).HasMaxLength(64);
        builder.Property(project => project.Name).HasMaxLength(200);
        builder.HasData(new Project { Id = LlmGateway.Service.Caller.DefaultProject, Name = "Default", CreatedAt = 0 });
    }
}
