using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LlmGateway.Datasets.Annotations;

/// <summary>Items for people to judge, and how: the question, the form of an answer, and how many must answer.</summary>
internal sealed class AnnotationQueue : IListedRow
{
    public const string IdPrefix = "aq_";
    public const string Single = "single";

    /// <summary>An item has two outputs, and the answer is which of them is better.</summary>
    public const string Pairwise = "pairwise";

    public required string Id { get; init; }

    public required string ProjectId { get; init; }

    public required string Name { get; set; }

    /// <summary>What reviewers are asked; null for nothing more than the name.</summary>
    public string? Rubric { get; set; }

    /// <summary><see cref="Single"/> or <see cref="Pairwise"/>.</summary>
    public required string Mode { get; init; }

    /// <summary>An <see cref="AnswerType"/> as JSON.</summary>
    public required string ReturnType { get; init; }

    /// <summary>How many must answer an item.</summary>
    public required int ReviewersPerItem { get; init; }

    /// <summary>How long an item is kept for a reviewer.</summary>
    public required int ReservationMinutes { get; set; }

    /// <summary>The feedback metric that results land in; null for none.</summary>
    public string? Metric { get; init; }

    /// <summary>The dataset that results become references of; null for none.</summary>
    public string? DatasetId { get; init; }

    public required long CreatedAtMicros { get; init; }

    public AnswerType Answers() => AnswerType.Parse(ReturnType);
}

internal sealed class AnnotationQueueConfiguration : IEntityTypeConfiguration<AnnotationQueue>
{
    public void Configure(EntityTypeBuilder<AnnotationQueue> builder)
    {
        builder.ToTable("annotation_queues");
        builder.HasKey(row => row.Id);
        builder.HasIndex(row => new { row.ProjectId, row.Id });
    }
}
