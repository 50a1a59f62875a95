using System.ComponentModel.DataAnnotations;
using LlmGateway.Evaluation.Evals;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LlmGateway.Evaluation.Gates;

/// <summary>Runs held against rules at a moment: what it said then it says for ever.</summary>
internal sealed class Gate
{
    [MaxLength(64)]
    public required string Id { get; init; }

    [MaxLength(64)]
    public required string EvalId { get; init; }

    /// <summary><see cref="GateView"/> as JSON.</summary>
    public required string Content { get; init; }

    /// <summary>Unix microseconds.</summary>
    public required long CreatedAt { get; init; }
}

internal sealed class GateConfiguration : IEntityTypeConfiguration<Gate>
{
    public void Configure(EntityTypeBuilder<Gate> builder)
    {
        builder.ToTable("gates");
        builder.HasKey(row => row.Id);
        builder.HasOne<Eval>().WithMany().HasForeignKey(row => row.EvalId).OnDelete(DeleteBehavior.Cascade);
        builder.HasIndex(row => new { row.EvalId, row.CreatedAt, row.Id });
    }
}
