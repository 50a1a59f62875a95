using System.ComponentModel.DataAnnotations;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LlmGateway.Evaluation.Insights;

/// <summary>An item that was probed, with the evidence and what it says.</summary>
internal sealed class InsightItem
{
    [MaxLength(64)]
    public required string Id { get; init; }

    [MaxLength(64)]
    public required string InsightId { get; init; }

    /// <summary>Its place among the insight's items: those that failed first.</summary>
    public required int Place { get; init; }

    /// <summary>The output item of the run in question.</summary>
    [MaxLength(64)]
    public required string OutputItemId { get; init; }

    /// <summary>Its place in the run's data.</summary>
    public required int Index { get; init; }

    public required bool IsControl { get; init; }

    /// <summary>One of <see cref="FailureLabel"/>; null for a control.</summary>
    [MaxLength(32)]
    public string? Label { get; init; }

    /// <summary><see cref="Insights.Evidence"/> as JSON.</summary>
    public required string Evidence { get; init; }
}

internal sealed class InsightItemConfiguration : IEntityTypeConfiguration<InsightItem>
{
    public void Configure(EntityTypeBuilder<InsightItem> builder)
    {
        builder.ToTable("insight_items");
        builder.HasKey(row => row.Id);
        builder.HasOne<Insight>().WithMany().HasForeignKey(row => row.InsightId).OnDelete(DeleteBehavior.Cascade);
        builder.HasIndex(row => new { row.InsightId, row.Place }).IsUnique();
    }
}
