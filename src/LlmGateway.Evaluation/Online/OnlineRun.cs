using System.ComponentModel.DataAnnotations;
using LlmGateway.Evaluation.Runs;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LlmGateway.Evaluation.Online;

/// <summary>A run that a rule made. It is made in one transaction with the calls that it grades and the rule's watermark.</summary>
internal sealed class OnlineRun
{
    [MaxLength(64)]
    public required string RunId { get; init; }

    [MaxLength(64)]
    public required string RuleId { get; init; }

    /// <summary>Whether its results were sent as feedback, or will never be.</summary>
    public required bool IsSettled { get; set; }
}

/// <summary>A call that a rule grades, once.</summary>
internal sealed class OnlineCall
{
    [MaxLength(64)]
    public required string RuleId { get; init; }

    public required Guid InferenceId { get; init; }
}

internal sealed class OnlineRunConfiguration : IEntityTypeConfiguration<OnlineRun>
{
    public void Configure(EntityTypeBuilder<OnlineRun> builder)
    {
        builder.ToTable("online_runs");
        builder.HasKey(row => row.RunId);
        builder.HasOne<Run>().WithMany().HasForeignKey(row => row.RunId).OnDelete(DeleteBehavior.Cascade);
        builder.HasOne<OnlineRule>().WithMany().HasForeignKey(row => row.RuleId).OnDelete(DeleteBehavior.Cascade);
        builder.HasIndex(row => new { row.RuleId, row.IsSettled });
    }
}

internal sealed class OnlineCallConfiguration : IEntityTypeConfiguration<OnlineCall>
{
    public void Configure(EntityTypeBuilder<OnlineCall> builder)
    {
        builder.ToTable("online_calls");
        builder.HasKey(row => new { row.RuleId, row.InferenceId });
        builder.HasOne<OnlineRule>().WithMany().HasForeignKey(row => row.RuleId).OnDelete(DeleteBehavior.Cascade);
    }
}
