using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LlmGateway.Datasets.Feedback;

/// <summary>A metric of a project, declared or made by its first use. Its type never changes.</summary>
internal sealed class FeedbackMetric
{
    public required string ProjectId { get; init; }

    public required string Name { get; init; }

    /// <summary>One of <see cref="FeedbackType"/>.</summary>
    public required string Type { get; init; }

    /// <summary><c>max</c> or <c>min</c>: which values are the better ones.</summary>
    public required string Optimize { get; init; }

    public required long CreatedAtMicros { get; init; }
}

internal sealed class FeedbackMetricConfiguration : IEntityTypeConfiguration<FeedbackMetric>
{
    public void Configure(EntityTypeBuilder<FeedbackMetric> builder)
    {
        builder.ToTable("feedback_metrics");
        builder.HasKey(row => new { row.ProjectId, row.Name });
    }
}
