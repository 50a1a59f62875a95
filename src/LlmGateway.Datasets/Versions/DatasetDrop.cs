using System.Diagnostics.CodeAnalysis;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LlmGateway.Datasets.Versions;

/// <summary>An item that curation left out of a version, whole, with the step and the reason: it can be looked at and put back.</summary>
internal sealed class DatasetDrop : DatasetRow
{
    private DatasetDrop()
    {
    }

    [SetsRequiredMembers]
    public DatasetDrop(string versionId, ItemDraft draft, string step, string reason, string? detail)
        : base(versionId, draft.Place, draft)
    {
        Step = step;
        Reason = reason;
        Detail = detail;
    }

    /// <summary>The step's name.</summary>
    public required string Step { get; init; }

    /// <summary>As it is counted in the version's <c>dropped</c>.</summary>
    public required string Reason { get; init; }

    /// <summary>What was found, for people, such as the item that it is like.</summary>
    public string? Detail { get; init; }
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
