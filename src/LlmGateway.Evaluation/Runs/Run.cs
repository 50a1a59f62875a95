using System.ComponentModel.DataAnnotations;
using LlmGateway.Evaluation.Evals;
using LlmGateway.Service;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LlmGateway.Evaluation.Runs;

/// <summary>An eval's items put to one model and graded. A worker loads the items under a lease; then the work is in its batches.</summary>
internal sealed class Run : LeasedRow
{
    [MaxLength(64)]
    public required string ProjectId { get; init; }

    /// <summary>The key that started it, in whose name models are called; null for none.</summary>
    [MaxLength(64)]
    public string? KeyId { get; init; }

    [MaxLength(64)]
    public required string EvalId { get; init; }

    public required string Name { get; init; }

    /// <summary>The model that is asked; empty where outputs are recorded in the data.</summary>
    public required string Model { get; init; }

    /// <summary>JSON, as it was given.</summary>
    public required string DataSource { get; init; }

    /// <summary>
    /// <see cref="DataSourceHash"/> of the data source: runs of an eval with the same one do the same work. Null for runs older than
    /// this column.
    /// </summary>
    [MaxLength(64)]
    public string? ConfigurationHash { get; init; }

    /// <summary>A JSON object of texts; null for none.</summary>
    public string? Metadata { get; init; }

    /// <summary>Unix microseconds.</summary>
    public required long CreatedAt { get; init; }

    /// <summary>Batches that are not finished; null until the items are all in the store.</summary>
    public int? OpenBatches { get; set; }

    /// <summary><see cref="RunTotals"/> as JSON: all of them once it is completed, before that the number of items.</summary>
    public required string Totals { get; set; }

    /// <summary>How often it was retried.</summary>
    public int Retries { get; set; }

    /// <summary>Whether its end was published.</summary>
    public bool IsAnnounced { get; set; }

    /// <summary>Why it failed; null if it did not.</summary>
    public string? ErrorCode { get; set; }

    public string? ErrorMessage { get; set; }

    /// <summary>Whether the items are all in the store.</summary>
    public bool IsLoaded => OpenBatches is not null;

    /// <summary>In whose name its calls are made.</summary>
    public Caller Caller(Scopes scopes) => new(ProjectId, KeyId, scopes, Purpose);

    /// <summary>Tells a run's model calls from those of production.</summary>
    public const string Purpose = "evaluation";
}

/// <summary>OpenAI's words for where a run stands.</summary>
internal static class RunStatus
{
    public const string Queued = "queued";
    public const string InProgress = "in_progress";
    public const string Completed = "completed";
    public const string Failed = "failed";
    public const string Canceled = "canceled";

    /// <summary>Those in which there is work left.</summary>
    public static readonly string[] Open = [Queued, InProgress];

    public static readonly string[] All = [Queued, InProgress, Completed, Canceled, Failed];
}

internal sealed class RunConfiguration : IEntityTypeConfiguration<Run>
{
    public void Configure(EntityTypeBuilder<Run> builder)
    {
        builder.ToTable("runs");
        builder.HasKey(row => row.Id);
        builder.HasOne<Eval>().WithMany().HasForeignKey(row => row.EvalId).OnDelete(DeleteBehavior.Cascade);
        builder.HasIndex(row => new { row.EvalId, row.CreatedAt, row.Id });
        builder.HasIndex(row => new { row.EvalId, row.ConfigurationHash });
        // What workers look for.
        builder.HasIndex(row => new { row.Status, row.Id });
        builder.HasIndex(row => new { row.IsAnnounced, row.Status });
    }
}
