using System.ComponentModel.DataAnnotations;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LlmGateway.Retrieval.Evaluations;

/// <summary>A store searched by judged queries under several configurations: work that a worker takes up query by query.</summary>
internal sealed class RetrievalEvaluation : RetrievalWork
{
    public const string IdPrefix = "reval_";

    [MaxLength(64)]
    public required string VectorStoreId { get; init; }

    [MaxLength(256)]
    public required string Name { get; init; }

    /// <summary><see cref="EvaluationPlan"/> as JSON.</summary>
    public required string Plan { get; init; }

    public required int Queries { get; init; }

    /// <summary>Queries that were searched under every configuration.</summary>
    public int Done { get; set; }

    /// <summary><see cref="EvaluationResult"/> as JSON; null until the end.</summary>
    public string? Result { get; set; }

    public required long CreatedAtMicros { get; init; }
}

/// <summary>Where an evaluation, or an adapter's training, stands.</summary>
internal static class WorkStatus
{
    public const string Queued = "queued";
    public const string InProgress = "in_progress";
    public const string Completed = "completed";
    public const string Failed = "failed";
    public const string Cancelled = "cancelled";

    public static readonly string[] Open = [Queued, InProgress];
}

internal sealed class RetrievalEvaluationConfiguration : IEntityTypeConfiguration<RetrievalEvaluation>
{
    public void Configure(EntityTypeBuilder<RetrievalEvaluation> builder)
    {
        builder.ToTable("retrieval_evaluations");
        builder.HasKey(row => row.Id);
        builder.HasIndex(row => new { row.ProjectId, row.CreatedAtMicros, row.Id });
        builder.HasIndex(row => new { row.Status, row.LeaseUntil, row.Id });
    }
}
