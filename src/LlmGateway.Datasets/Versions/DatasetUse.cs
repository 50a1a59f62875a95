using LlmGateway.Contracts.Datasets;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LlmGateway.Datasets.Versions;

/// <summary>That a run or a job reads a version, which may not be deleted before them.</summary>
internal sealed class DatasetUse
{
    public required string VersionId { get; init; }

    /// <summary>The run's or the job's id.</summary>
    public required string UsedBy { get; init; }

    /// <summary>The split that it reads, <c>""</c> for all items.</summary>
    public required string Split { get; init; }

    /// <summary>What it is read for, of <see cref="DatasetVersionUse.Roles"/>.</summary>
    public required string Role { get; init; }

    public required string ProjectId { get; init; }

    public required long CreatedAtMicros { get; init; }
}

internal sealed class DatasetUseConfiguration : IEntityTypeConfiguration<DatasetUse>
{
    public void Configure(EntityTypeBuilder<DatasetUse> builder)
    {
        builder.ToTable("dataset_uses");
        builder.HasKey(row => new { row.VersionId, row.UsedBy, row.Split, row.Role });
        builder.HasIndex(row => new { row.ProjectId, row.UsedBy });
    }
}
