using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LlmGateway.Datasets.Versions;

/// <summary>An item of a version, at its place.</summary>
internal sealed class DatasetItem
{
    public required string VersionId { get; init; }

    /// <summary>From 0.</summary>
    public required int Place { get; init; }

    /// <summary>Its source's, or made from its input: the same over all versions, and once in each.</summary>
    public required string ItemId { get; init; }

    /// <summary>SHA-256 of its canonical form, see <see cref="ItemHash"/>.</summary>
    public required byte[] Hash { get; init; }

    /// <summary>JSON as its source wrote it, and so in the columns below.</summary>
    public required string Input { get; init; }

    public string? Reference { get; init; }

    /// <summary>An output that is worse than the reference, for training by preference; null for none.</summary>
    public string? Rejected { get; init; }

    public string? Metadata { get; init; }

    /// <summary>train, validation or test; null for none.</summary>
    public string? Split { get; init; }

    /// <summary>Whether it is a conversation that ends with an answer, which a chat model can be trained on.</summary>
    public required bool IsSupervised { get; init; }

    /// <summary>The call that it was made from.</summary>
    public Guid? InferenceId { get; init; }

    /// <summary>The demonstration that is its reference.</summary>
    public string? FeedbackId { get; init; }

    /// <summary>Its line in the file that it was made from, from 1.</summary>
    public int? Line { get; init; }

    /// <summary>The episode that its call belongs to.</summary>
    public string? EpisodeId { get; init; }

    /// <summary>Whom its call was made for.</summary>
    public string? EndUser { get; init; }

    /// <summary>When its call was made, which a split by time goes by.</summary>
    public long? CalledAtMicros { get; init; }
}

internal sealed class DatasetItemConfiguration : IEntityTypeConfiguration<DatasetItem>
{
    public void Configure(EntityTypeBuilder<DatasetItem> builder)
    {
        builder.ToTable("dataset_items");
        builder.HasKey(row => new { row.VersionId, row.Place });
        builder.HasIndex(row => new { row.VersionId, row.ItemId }).IsUnique();
        builder.HasIndex(row => new { row.VersionId, row.Split, row.Place });
    }
}
