using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LlmGateway.Datasets.Versions;

/// <summary>An item that curation left out of a version, whole, with the step and the reason: it can be looked at and put back.</summary>
internal sealed class DatasetDrop
{
    public required string VersionId { get; init; }

    /// <summary>From 0, in the order of the source.</summary>
    public required int Place { get; init; }

    public required string ItemId { get; init; }

    /// <summary>The step's name.</summary>
    public required string Step { get; init; }

    /// <summary>As it is counted in the version's <c>dropped</c>.</summary>
    public required string Reason { get; init; }

    /// <summary>What was found, for people, such as the item that it is like.</summary>
    public string? Detail { get; init; }

    /// <summary>JSON as its source wrote it, and so in the columns below.</summary>
    public required string Input { get; init; }

    public string? Reference { get; init; }

    public string? Rejected { get; init; }

    public string? Metadata { get; init; }

    public Guid? InferenceId { get; init; }

    public string? FeedbackId { get; init; }

    public int? Line { get; init; }

    public string? EpisodeId { get; init; }

    public string? EndUser { get; init; }

    public long? CalledAtMicros { get; init; }
}

internal sealed class DatasetDropConfiguration : IEntityTypeConfiguration<DatasetDrop>
{
    public void Configure(EntityTypeBuilder<DatasetDrop> builder)
    {
        builder.ToTable("dataset_drops");
        builder.HasKey(row => new { row.VersionId, row.Place });
        builder.HasIndex(row => new { row.VersionId, row.Reason, row.Place });
    }
}
