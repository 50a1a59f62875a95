using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LlmGateway.Datasets.Annotations;

/// <summary>One thing to judge. It is a copy: what it was made from may go.</summary>
internal sealed class AnnotationItem : IListedRow
{
    public const string IdPrefix = "aqi_";

    public required string Id { get; init; }

    public required string QueueId { get; init; }

    /// <summary>One of <see cref="AnnotationSourceType"/>.</summary>
    public required string SourceType { get; init; }

    /// <summary>The source's id, once in a queue.</summary>
    public required string SourceId { get; init; }

    /// <summary>JSON, as in the columns below.</summary>
    public required string Input { get; init; }

    public string? Output { get; init; }

    /// <summary>The second output of a pair.</summary>
    public string? OtherOutput { get; init; }

    public string? Metadata { get; init; }

    /// <summary>The call that gave the output, to which feedback goes; null for none.</summary>
    public string? InferenceId { get; init; }

    /// <summary>One of <see cref="AnnotationStatus"/>.</summary>
    public required string Status { get; set; }

    /// <summary>What was found, as JSON; null until then.</summary>
    public string? Label { get; set; }

    /// <summary>Who decided a disagreement; null where reviewers agreed.</summary>
    public string? Adjudicator { get; set; }

    /// <summary>The adjudicator's remark.</summary>
    public string? Comment { get; set; }

    public required long CreatedAtMicros { get; init; }
}

/// <summary>Where an item stands.</summary>
internal static class AnnotationStatus
{
    /// <summary>Answers are missing.</summary>
    public const string Pending = "pending";

    /// <summary>The answers differ: an adjudicator decides.</summary>
    public const string Disagreement = "disagreement";

    /// <summary>There is a label.</summary>
    public const string Resolved = "resolved";

    public static readonly IReadOnlyList<string> All = [Pending, Disagreement, Resolved];
}

/// <summary>What an item was made from.</summary>
internal static class AnnotationSourceType
{
    public const string Inference = "inference";
    public const string OutputItem = "output_item";
    public const string Inline = "inline";

    public static readonly IReadOnlyList<string> All = [Inference, OutputItem, Inline];
}

internal sealed class AnnotationItemConfiguration : IEntityTypeConfiguration<AnnotationItem>
{
    public void Configure(EntityTypeBuilder<AnnotationItem> builder)
    {
        builder.ToTable("annotation_items");
        builder.HasKey(row => row.Id);
        builder.HasOne<AnnotationQueue>().WithMany().HasForeignKey(row => row.QueueId).OnDelete(DeleteBehavior.Cascade);
        builder.HasIndex(row => new { row.QueueId, row.Status, row.Id });
        builder.HasIndex(row => new { row.QueueId, row.SourceType, row.SourceId }).IsUnique();
    }
}
