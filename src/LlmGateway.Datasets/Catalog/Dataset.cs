using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LlmGateway.Datasets.Catalog;

/// <summary>A named line of versions. What it holds is in them; by itself it is a name and notes.</summary>
internal sealed class Dataset : IListedRow
{
    public const string IdPrefix = "ds_";

    public required string Id { get; init; }

    public required string ProjectId { get; init; }

    public required string Name { get; set; }

    public string? Description { get; set; }

    /// <summary>A JSON object of strings.</summary>
    public required string Metadata { get; set; }

    /// <summary>A JSON Schema that the input of each item of a later version must meet; null for none.</summary>
    public string? InputSchema { get; set; }

    /// <summary>The same for references.</summary>
    public string? ReferenceSchema { get; set; }

    public required long CreatedAtMicros { get; init; }

    /// <summary>Since when it is archived: not listed, and takes no new versions; null when it is not.</summary>
    public long? ArchivedAtMicros { get; set; }

    /// <summary>Number of the newest version; 0 for none. A number is never given twice.</summary>
    public int LastVersion { get; set; }
}

internal sealed class DatasetConfiguration : IEntityTypeConfiguration<Dataset>
{
    public void Configure(EntityTypeBuilder<Dataset> builder)
    {
        builder.ToTable("datasets");
        builder.HasKey(row => row.Id);
        builder.HasIndex(row => new { row.ProjectId, row.Id });
    }
}
