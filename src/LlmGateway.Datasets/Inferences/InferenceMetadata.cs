using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LlmGateway.Datasets.Inferences;

/// <summary>One key and value of a call's metadata.</summary>
internal sealed class InferenceMetadata
{
    public required string ProjectId { get; init; }

    public required string Key { get; init; }

    public required string Value { get; init; }

    public required Guid InferenceId { get; init; }
}

internal sealed class InferenceMetadataConfiguration : IEntityTypeConfiguration<InferenceMetadata>
{
    public void Configure(EntityTypeBuilder<InferenceMetadata> builder)
    {
        builder.ToTable("inference_metadata");
        builder.HasKey(row => new { row.InferenceId, row.Key });
        builder.HasIndex(row => new { row.ProjectId, row.Key, row.Value, row.InferenceId });
    }
}
