using System.ComponentModel.DataAnnotations;
using LlmGateway.Evaluation.Evals;
using LlmGateway.Service;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LlmGateway.Evaluation.Online;

/// <summary>An eval that grades logged calls as they come: which of them, how many, and what becomes of the results.</summary>
internal sealed class OnlineRule : LeasedRow
{
    [MaxLength(64)]
    public required string ProjectId { get; init; }

    /// <summary>The key that made it, in whose name judges are called; null for none.</summary>
    [MaxLength(64)]
    public string? KeyId { get; init; }

    [MaxLength(64)]
    public required string EvalId { get; init; }

    /// <summary>How the metrics of its feedback begin.</summary>
    [MaxLength(32)]
    public required string Name { get; init; }

    /// <summary>A <see cref="CallFilter"/> as JSON.</summary>
    public required string Filter { get; set; }

    /// <summary>The share of calls that are graded, from 0 to 1.</summary>
    public required double Rate { get; set; }

    /// <summary>How old a call must be, so that it has reached the log.</summary>
    public required int DelaySeconds { get; set; }

    /// <summary>Most calls of a UTC day; null for any number.</summary>
    public int? DailyItems { get; set; }

    /// <summary>The newest call that was looked at; null before the first one.</summary>
    public Guid? Watermark { get; set; }

    /// <summary>Up to when calls were looked at, in Unix microseconds.</summary>
    public required long LookedUntil { get; set; }

    /// <summary>The UTC day that <see cref="DayItems"/> counts, in days since 1970.</summary>
    public int Day { get; set; }

    public int DayItems { get; set; }

    /// <summary><see cref="OnlineCounts"/> as JSON.</summary>
    public required string Counts { get; set; }

    /// <summary>Why it is paused, for programs; null when it is not.</summary>
    [MaxLength(64)]
    public string? PauseCode { get; set; }

    /// <summary>The same for people.</summary>
    public string? PauseMessage { get; set; }

    /// <summary>Unix microseconds.</summary>
    public required long CreatedAt { get; init; }

    /// <summary>In whose name it works.</summary>
    public Caller Caller(Scopes scopes) => new(ProjectId, KeyId, scopes, Runs.Run.Purpose);
}

/// <summary>Where a rule stands.</summary>
internal static class OnlineStatus
{
    public const string Enabled = "enabled";
    public const string Disabled = "disabled";

    /// <summary>Something went wrong that waiting does not mend; a change with <c>enabled: true</c> lets it go on.</summary>
    public const string Paused = "paused";
}

internal sealed class OnlineRuleConfiguration : IEntityTypeConfiguration<OnlineRule>
{
    public void Configure(EntityTypeBuilder<OnlineRule> builder)
    {
        builder.ToTable("online_rules");
        builder.HasKey(row => row.Id);
        builder.HasOne<Eval>().WithMany().HasForeignKey(row => row.EvalId).OnDelete(DeleteBehavior.Cascade);
        builder.HasIndex(row => new { row.EvalId, row.Name }).IsUnique();
        // What workers look for.
        builder.HasIndex(row => new { row.Status, row.Id });
    }
}
