using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LlmGateway.Datasets.Inferences;

/// <summary>The two bodies of a call, each as <see cref="BodyCodec"/> packed it, beside the narrow row.</summary>
internal sealed class InferenceBody
{
    public required Guid Id { get; init; }

    public required byte[] Request { get; init; }

    public required byte[] Response { get; init; }
}

internal sealed class InferenceBodyConfiguration : IEntityTypeConfiguration<InferenceBody>
{
    public void Configure(EntityTypeBuilder<InferenceBody> builder)
    {
        builder.ToTable("inference_bodies");
        builder.HasKey(row => row.Id);
    }
}
