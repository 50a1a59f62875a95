using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LlmGateway.Datasets.Feedback;

/// <summary>A metric of a project, declared or made by its first use. Its type never changes.</summary>
internal sealed class FeedbackMetric
{
    /// <summary>Most options of a categorical metric.</summary>
    public const int MaxOptions = 100;

    public required string ProjectId { get; init; }

    public required string Name { get; init; }

    /// <summary>One of <see cref="FeedbackType"/>.</summary>
    public required string Type { get; init; }

    /// <summary><c>max</c> or <c>min</c>: which values are the better ones.</summary>
    public required string Optimize { get; init; }

    /// <summary><c>inference</c> or <c>episode</c>: what it may be said of; null for both.</summary>
    public string? Level { get; init; }

    /// <summary>What a categorical metric's values may be, as a JSON array of text; null for any.</summary>
    public string? Options { get; init; }

    public required long CreatedAtMicros { get; init; }

    /// <summary><see cref="Options"/> as they were declared; null for any.</summary>
    public string[]? ReadOptions() => Options is { } options ? JsonSerializer.Deserialize(options, DatasetsJsonContext.Default.StringArray) : null;
}

/// <summary>What a metric may be said of.</summary>
internal static class FeedbackLevel
{
    /// <summary>A call, or its answer.</summary>
    public const string Inference = "inference";

    public const string Episode = "episode";

    public static readonly IReadOnlyList<string> All = [Inference, Episode];
}

internal sealed class FeedbackMetricConfiguration : IEntityTypeConfiguration<FeedbackMetric>
{
    public void Configure(EntityTypeBuilder<FeedbackMetric> builder)
    {
        builder.ToTable("feedback_metrics");
        builder.HasKey(row => new { row.ProjectId, row.Name });
    }
}
