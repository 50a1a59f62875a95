using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LlmGateway.Datasets.Versions;

/// <summary>
/// What a dataset held at one time. While it is built only its builder sees it; once it is completed it never changes, and
/// its number and hash name it.
/// </summary>
internal sealed class DatasetVersion : IListedRow
{
    public const string IdPrefix = "dsv_";
    public const string InProgress = "in_progress";
    public const string Completed = "completed";

    public required string Id { get; init; }

    public required string ProjectId { get; init; }

    public required string DatasetId { get; init; }

    /// <summary><see cref="InProgress"/> or <see cref="Completed"/>.</summary>
    public required string Status { get; init; }

    /// <summary>From 1 in the order of completion; null while it is built.</summary>
    public int? Number { get; init; }

    /// <summary>SHA-256 over the hashes of its items in order, in lower-case hex; null while it is built.</summary>
    public string? ContentHash { get; init; }

    /// <summary>How many items it has.</summary>
    public int Items { get; init; }

    /// <summary>Items of each split, as a JSON object; those without a split are not counted here.</summary>
    public required string Splits { get; init; }

    /// <summary>What its source left out, and how often for which reason, as a JSON object.</summary>
    public required string Dropped { get; init; }

    /// <summary>What its making found: lines that were passed over, what each step of curation did, and its style; a JSON object.</summary>
    public required string Report { get; init; }

    /// <summary>The request that made it, as JSON.</summary>
    public required string Request { get; init; }

    /// <summary>When it was completed, so that a later version's is later; before that, when its making began.</summary>
    public required long CreatedAtMicros { get; init; }
}

internal sealed class DatasetVersionConfiguration : IEntityTypeConfiguration<DatasetVersion>
{
    public void Configure(EntityTypeBuilder<DatasetVersion> builder)
    {
        builder.ToTable("dataset_versions");
        builder.HasKey(row => row.Id);
        builder.HasIndex(row => new { row.DatasetId, row.Id });
        builder.HasIndex(row => new { row.DatasetId, row.Number }).IsUnique();
        builder.HasIndex(row => new { row.DatasetId, row.ContentHash }).IsUnique();
        builder.HasIndex(row => new { row.Status, row.Id });
    }
}
