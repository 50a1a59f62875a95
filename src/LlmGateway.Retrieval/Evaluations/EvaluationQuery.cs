using System.ComponentModel.DataAnnotations;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LlmGateway.Retrieval.Evaluations;

/// <summary>A query of an evaluation, and what its searches brought.</summary>
internal sealed class EvaluationQuery
{
    [MaxLength(64)]
    public required string EvaluationId { get; init; }

    /// <summary>Its place among the queries, from 0.</summary>
    public required int Index { get; init; }

    /// <summary><see cref="JudgedQuery"/> as JSON.</summary>
    public required string Query { get; init; }

    /// <summary>A <see cref="SearchOutcome"/> for each of <see cref="EvaluationPlan.Searches"/>, as JSON; null until all were made.</summary>
    public string? Outcomes { get; set; }
}

internal sealed class EvaluationQueryConfiguration : IEntityTypeConfiguration<EvaluationQuery>
{
    public void Configure(EntityTypeBuilder<EvaluationQuery> builder)
    {
        builder.ToTable("retrieval_evaluation_queries");
        builder.HasKey(row => new { row.EvaluationId, row.Index });
        builder.HasOne<RetrievalEvaluation>().WithMany().HasForeignKey(row => row.EvaluationId).OnDelete(DeleteBehavior.Cascade);
    }
}
