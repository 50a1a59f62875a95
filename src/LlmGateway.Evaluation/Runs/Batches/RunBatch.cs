using System.ComponentModel.DataAnnotations;
using System.Globalization;
using LlmGateway.Service;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LlmGateway.Evaluation.Runs.Batches;

/// <summary>
/// Some of a run's items, with all their repetitions: the work that a worker holds by a lease. Its id begins with its place in
/// its run, so that the first batches of all runs go before the second ones and a long run keeps no short one waiting.
/// </summary>
internal sealed class RunBatch : LeasedRow
{
    [MaxLength(64)]
    public required string RunId { get; init; }

    /// <summary>The place of its first item, from 0.</summary>
    public required int FirstIndex { get; init; }

    /// <summary>The place of its last item.</summary>
    public required int LastIndex { get; init; }

    /// <summary><see cref="RunTotals"/> as JSON once it is finished; null before.</summary>
    public string? Totals { get; set; }

    public static RunBatch Of(Run run, int number, int firstIndex, int lastIndex) => new()
    {
        Id = string.Create(CultureInfo.InvariantCulture, $"{IdPrefixes.RunBatch}{number:D6}_{run.Id[IdPrefixes.Run.Length..]}"),
        Status = BatchStatus.Queued,
        RunId = run.Id,
        FirstIndex = firstIndex,
        LastIndex = lastIndex,
    };
}

internal static class BatchStatus
{
    public const string Queued = "queued";
    public const string Finished = "finished";
    public const string Canceled = "canceled";
}

internal sealed class RunBatchConfiguration : IEntityTypeConfiguration<RunBatch>
{
    public void Configure(EntityTypeBuilder<RunBatch> builder)
    {
        builder.ToTable("run_batches");
        builder.HasKey(row => row.Id);
        builder.HasOne<Run>().WithMany().HasForeignKey(row => row.RunId).OnDelete(DeleteBehavior.Cascade);
        builder.HasIndex(row => row.RunId);
        // What workers look for.
        builder.HasIndex(row => new { row.Status, row.Id });
    }
}
