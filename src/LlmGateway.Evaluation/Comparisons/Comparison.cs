using System.ComponentModel.DataAnnotations;
using LlmGateway.Evaluation.Evals;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LlmGateway.Evaluation.Comparisons;

/// <summary>Runs compared at a moment: what it said then it says for ever.</summary>
internal sealed class Comparison
{
    [MaxLength(64)]
    public required string Id { get; init; }

    [MaxLength(64)]
    public required string EvalId { get; init; }

    /// <summary><see cref="ComparisonView"/> as JSON.</summary>
    public required string Content { get; init; }

    /// <summary>Unix microseconds.</summary>
    public required long CreatedAt { get; init; }
}

internal sealed class ComparisonConfiguration : IEntityTypeConfiguration<Comparison>
{
    public void Configure(EntityTypeBuilder<Comparison> builder)
    {
        builder.ToTable("comparisons");
        builder.HasKey(row => row.Id);
        builder.HasOne<Eval>().WithMany().HasForeignKey(row => row.EvalId).OnDelete(DeleteBehavior.Cascade);
        builder.HasIndex(row => new { row.EvalId, row.CreatedAt, row.Id });
    }
}
