using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LlmGateway.Datasets.Annotations;

/// <summary>A reviewer and an item: reserved, then answered or skipped.</summary>
internal sealed class AnnotationAnswer
{
    public const string Reserved = "reserved";
    public const string Submitted = "submitted";
    public const string Skipped = "skipped";

    public required string ItemId { get; init; }

    public required string Reviewer { get; init; }

    /// <summary><see cref="Reserved"/>, <see cref="Submitted"/> or <see cref="Skipped"/>.</summary>
    public required string State { get; set; }

    /// <summary>Until when a reserved item is kept.</summary>
    public required long ReservedUntilMicros { get; set; }

    /// <summary>JSON; null until it is submitted.</summary>
    public string? Value { get; set; }

    public string? Comment { get; set; }
}

internal sealed class AnnotationAnswerConfiguration : IEntityTypeConfiguration<AnnotationAnswer>
{
    public void Configure(EntityTypeBuilder<AnnotationAnswer> builder)
    {
        builder.ToTable("annotation_answers");
        builder.HasKey(row => new { row.ItemId, row.Reviewer });
        builder.HasOne<AnnotationItem>().WithMany().HasForeignKey(row => row.ItemId).OnDelete(DeleteBehavior.Cascade);
    }
}
