using System.ComponentModel.DataAnnotations;
using LlmGateway.Evaluation.Models;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LlmGateway.Evaluation.Runs;

/// <summary>An item of a run, with the model's answer and its grades once there are any.</summary>
internal sealed class OutputItem
{
    [MaxLength(64)]
    public required string Id { get; init; }

    [MaxLength(64)]
    public required string RunId { get; init; }

    /// <summary>Its place in the data source, from 0.</summary>
    public required int Index { get; init; }

    /// <summary>Which of the item's samples it is, from 0.</summary>
    public required int Repetition { get; init; }

    /// <summary>
    /// The item by its content, the same in every run and for all its repetitions, and a number where an item occurs more than
    /// once: what comparisons pair by.
    /// </summary>
    [MaxLength(64)]
    public required string ItemKey { get; init; }

    /// <summary>JSON.</summary>
    public required string Item { get; init; }

    [MaxLength(16)]
    public required string Status { get; set; }

    /// <summary>JSON: the sample that came with the item; null for none.</summary>
    public string? Recorded { get; init; }

    /// <summary>JSON: the sample as it is shown; null for none.</summary>
    public string? Sample { get; set; }

    /// <summary>Whether a sample could be had.</summary>
    public bool IsSampled { get; set; }

    /// <summary>A JSON list of <see cref="ItemResult"/>; null before grading.</summary>
    public string? Results { get; set; }

    /// <summary>A JSON list of <see cref="ModelUsage"/>: what the item's model and graders used, in all tries; null for nothing.</summary>
    public string? Usage { get; set; }

    /// <summary>Unix microseconds.</summary>
    public required long CreatedAt { get; init; }

    public void Finish(ItemOutcome outcome, RunPlan plan)
    {
        Status = outcome.Status;
        IsSampled = outcome.Fault is null;
        Sample = RunJson.WriteSample(outcome, plan);
        Results = RunJson.Write(outcome.Grades.Select(pair => ItemResult.Of(pair.Grader, pair.Grade)));
        var usage = outcome.Grades.SelectMany(pair => pair.Grade.Usages).Prepend(outcome.Sample?.Usage).OfType<ModelUsage>().Concat(RunJson.ReadUsage(Usage)).ToList();
        Usage = usage.Count == 0 ? null : RunJson.Write(usage);
    }
}

/// <summary>Where an item stands. Errors and abstentions are neither passed nor failed.</summary>
internal static class ItemStatus
{
    public const string Pending = "pending";
    public const string Passed = "pass";
    public const string Failed = "fail";
    public const string Errored = "error";

    /// <summary>No grader had an opinion.</summary>
    public const string Abstained = "abstained";
}

internal sealed class OutputItemConfiguration : IEntityTypeConfiguration<OutputItem>
{
    public void Configure(EntityTypeBuilder<OutputItem> builder)
    {
        builder.ToTable("output_items");
        builder.HasKey(row => row.Id);
        builder.HasOne<Run>().WithMany().HasForeignKey(row => row.RunId).OnDelete(DeleteBehavior.Cascade);
        builder.HasIndex(row => new { row.RunId, row.Index, row.Repetition }).IsUnique();
        builder.HasIndex(row => new { row.RunId, row.Status, row.Index, row.Repetition });
    }
}
