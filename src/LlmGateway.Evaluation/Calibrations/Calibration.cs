using System.ComponentModel.DataAnnotations;
using LlmGateway.Evaluation.Evals;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LlmGateway.Evaluation.Calibrations;

/// <summary>A testing criterion measured against people at a moment: what it said then it says for ever.</summary>
internal sealed class Calibration
{
    [MaxLength(64)]
    public required string Id { get; init; }

    [MaxLength(64)]
    public required string EvalId { get; init; }

    /// <summary>The criterion's name.</summary>
    public required string Criterion { get; init; }

    /// <summary><see cref="CalibrationView"/> as JSON.</summary>
    public required string Content { get; init; }

    /// <summary>Unix microseconds.</summary>
    public required long CreatedAt { get; init; }
}

internal sealed class CalibrationConfiguration : IEntityTypeConfiguration<Calibration>
{
    public void Configure(EntityTypeBuilder<Calibration> builder)
    {
        builder.ToTable("calibrations");
        builder.HasKey(row => row.Id);
        builder.HasOne<Eval>().WithMany().HasForeignKey(row => row.EvalId).OnDelete(DeleteBehavior.Cascade);
        builder.HasIndex(row => new { row.EvalId, row.CreatedAt, row.Id });
    }
}
