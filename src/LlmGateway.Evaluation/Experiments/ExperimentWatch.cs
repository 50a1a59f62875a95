using System.ComponentModel.DataAnnotations;
using LlmGateway.Service;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LlmGateway.Evaluation.Experiments;

/// <summary>An experiment of the gateway that is looked at for as long as it runs. Its id is the experiment's.</summary>
internal sealed class ExperimentWatch : LeasedRow
{
    [MaxLength(64)]
    public required string ProjectId { get; init; }

    /// <summary>The stage that was looked at; 0 before the first look.</summary>
    public int Stage { get; set; }

    /// <summary>The experiment's version of the last decision that changed it: older ones are not judged again while the news of the change is under way.</summary>
    public long DecidedVersion { get; set; }

    /// <summary>Kinds of alarms that the stage has raised, with commas between.</summary>
    [MaxLength(128)]
    public required string Alarms { get; set; }

    /// <summary>The last <see cref="ExperimentReport"/> as JSON; null before the first look.</summary>
    public string? Report { get; set; }

    /// <summary>The last <see cref="DecisionReport"/> as JSON; null for none.</summary>
    public string? Decision { get; set; }

    /// <summary>Unix microseconds.</summary>
    public required long CreatedAt { get; init; }

    public IReadOnlyList<string> RaisedAlarms => Alarms.Split(',', StringSplitOptions.RemoveEmptyEntries);
}

/// <summary>Where an experiment stands.</summary>
internal static class WatchStatus
{
    public const string Running = "running";

    /// <summary>The gateway's list has it no longer: it has ended, or is paused.</summary>
    public const string Ended = "ended";
}

/// <summary>One stage of an experiment: what it found, and its looks, so that later stages and pictures need not ask for it.</summary>
internal sealed class WatchedStage
{
    [MaxLength(64)]
    public required string WatchId { get; init; }

    /// <summary>From 1.</summary>
    public required int Stage { get; init; }

    /// <summary>A <see cref="PastStage"/> as JSON.</summary>
    public required string Found { get; set; }

    /// <summary><see cref="LookPoint"/>s as JSON, the oldest first.</summary>
    public required string Looks { get; set; }
}

internal sealed class ExperimentWatchConfiguration : IEntityTypeConfiguration<ExperimentWatch>
{
    public void Configure(EntityTypeBuilder<ExperimentWatch> builder)
    {
        builder.ToTable("experiment_watches");
        builder.HasKey(row => row.Id);
        builder.Ignore(row => row.RaisedAlarms);
        // What workers look for.
        builder.HasIndex(row => new { row.Status, row.Id });
    }
}

internal sealed class WatchedStageConfiguration : IEntityTypeConfiguration<WatchedStage>
{
    public void Configure(EntityTypeBuilder<WatchedStage> builder)
    {
        builder.ToTable("experiment_stages");
        builder.HasKey(row => new { row.WatchId, row.Stage });
        builder.HasOne<ExperimentWatch>().WithMany().HasForeignKey(row => row.WatchId).OnDelete(DeleteBehavior.Cascade);
    }
}
