using System.ComponentModel.DataAnnotations;
using LlmGateway.Evaluation.Evals;
using LlmGateway.Evaluation.Runs;
using LlmGateway.Service;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LlmGateway.Evaluation.Insights;

/// <summary>What to try next for a run: work that a worker takes up, puts down while the probes run, and ends.</summary>
internal sealed class Insight : LeasedRow
{
    [MaxLength(64)]
    public required string ProjectId { get; init; }

    /// <summary>The key that asked for it, in whose name the probes run; null for none.</summary>
    [MaxLength(64)]
    public string? KeyId { get; init; }

    [MaxLength(64)]
    public required string EvalId { get; init; }

    /// <summary>The run in question.</summary>
    [MaxLength(64)]
    public required string RunId { get; init; }

    /// <summary>The request's body.</summary>
    public required string Request { get; init; }

    /// <summary><see cref="InsightPlan"/> as JSON.</summary>
    public required string Plan { get; set; }

    /// <summary><see cref="InsightReport"/> as JSON; null until the end.</summary>
    public string? Report { get; set; }

    /// <summary>Unix microseconds.</summary>
    public required long CreatedAt { get; init; }

    /// <summary>Why it failed; null if it did not.</summary>
    public string? ErrorCode { get; set; }

    public string? ErrorMessage { get; set; }

    public Caller Caller() => new(ProjectId, KeyId, Scopes.Data | Scopes.Inference, Run.Purpose);
}

internal sealed class InsightConfiguration : IEntityTypeConfiguration<Insight>
{
    public void Configure(EntityTypeBuilder<Insight> builder)
    {
        builder.ToTable("insights");
        builder.HasKey(row => row.Id);
        builder.HasOne<Eval>().WithMany().HasForeignKey(row => row.EvalId).OnDelete(DeleteBehavior.Cascade);
        builder.HasIndex(row => new { row.ProjectId, row.CreatedAt, row.Id });
        // What workers look for.
        builder.HasIndex(row => new { row.Status, row.Id });
    }
}
