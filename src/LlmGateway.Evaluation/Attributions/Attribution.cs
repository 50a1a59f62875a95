using System.ComponentModel.DataAnnotations;
using LlmGateway.Evaluation.Evals;
using LlmGateway.Evaluation.Runs;
using LlmGateway.Service;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LlmGateway.Evaluation.Attributions;

/// <summary>
/// What each change of a stack was worth: work that a worker takes up, puts down while the runs go on that it needs, and ends. Its
/// statuses are a run's.
/// </summary>
internal sealed class Attribution : LeasedRow
{
    [MaxLength(64)]
    public required string ProjectId { get; init; }

    /// <summary>The key that asked for it, in whose name the runs are made; null for none.</summary>
    [MaxLength(64)]
    public string? KeyId { get; init; }

    [MaxLength(64)]
    public required string EvalId { get; init; }

    public required string Name { get; init; }

    /// <summary><see cref="AttributionPlan"/> as JSON: what was asked for, pinned to the versions that the datasets had.</summary>
    public required string Plan { get; init; }

    /// <summary><see cref="AttributionResult"/> as JSON; null until the end.</summary>
    public string? Result { get; set; }

    /// <summary>Why it failed; null if it did not.</summary>
    public string? ErrorCode { get; set; }

    public string? ErrorMessage { get; set; }

    /// <summary>Unix microseconds.</summary>
    public required long CreatedAt { get; init; }

    /// <summary>In whose name its runs are made.</summary>
    public Caller Caller() => new(ProjectId, KeyId, Scopes.Data | Scopes.Inference, Run.Purpose);
}

internal sealed class AttributionConfiguration : IEntityTypeConfiguration<Attribution>
{
    public void Configure(EntityTypeBuilder<Attribution> builder)
    {
        builder.ToTable("attributions");
        builder.HasKey(row => row.Id);
        builder.HasOne<Eval>().WithMany().HasForeignKey(row => row.EvalId).OnDelete(DeleteBehavior.Cascade);
        builder.HasIndex(row => new { row.ProjectId, row.CreatedAt, row.Id });
        // What workers look for.
        builder.HasIndex(row => new { row.Status, row.Id });
    }
}
