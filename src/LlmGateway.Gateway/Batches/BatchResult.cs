using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LlmGateway.Gateway.Batches;

/// <summary>What came of one request, kept until the files are written.</summary>
internal sealed class BatchResult
{
    public required string BatchId { get; init; }

    /// <summary>The request's line in the input file, from 1.</summary>
    public required int Line { get; init; }

    /// <summary>Whether it belongs into the error file.</summary>
    public required bool IsFailed { get; init; }

    /// <summary>The line of the file, without its end.</summary>
    public required byte[] Output { get; init; }
}

internal sealed class BatchResultConfiguration : IEntityTypeConfiguration<BatchResult>
{
    public void Configure(EntityTypeBuilder<BatchResult> builder)
    {
        builder.ToTable("batch_results");
        builder.HasKey(result => new { result.BatchId, result.Line });
        builder.Property(result => result.BatchId).HasMaxLength(64);
    }
}
