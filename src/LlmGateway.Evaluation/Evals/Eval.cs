using System.ComponentModel.DataAnnotations;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LlmGateway.Evaluation.Evals;

/// <summary>What is evaluated: the form of the items, and the graders. Both never change; a name and metadata may.</summary>
internal sealed class Eval
{
    [MaxLength(64)]
    public required string Id { get; init; }

    [MaxLength(64)]
    public required string ProjectId { get; init; }

    public required string Name { get; set; }

    /// <summary>JSON, as it is shown.</summary>
    public required string DataSourceConfig { get; init; }

    /// <summary>A JSON list of graders, as they were given.</summary>
    public required string TestingCriteria { get; init; }

    /// <summary>A JSON object of texts; null for none.</summary>
    public string? Metadata { get; set; }

    /// <summary>Unix microseconds.</summary>
    public required long CreatedAt { get; init; }

    /// <summary>Unix microseconds.</summary>
    public required long UpdatedAt { get; set; }
}

internal sealed class EvalConfiguration : IEntityTypeConfiguration<Eval>
{
    public void Configure(EntityTypeBuilder<Eval> builder)
    {
        builder.ToTable("evals");
        builder.HasKey(row => row.Id);
        builder.HasIndex(row => new { row.ProjectId, row.CreatedAt, row.Id });
        builder.HasIndex(row => new { row.ProjectId, row.UpdatedAt, row.Id });
    }
}
