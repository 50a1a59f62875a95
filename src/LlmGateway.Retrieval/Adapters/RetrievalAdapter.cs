using System.ComponentModel.DataAnnotations;
using LlmGateway.Retrieval.Evaluations;
using LlmGateway.Retrieval.VectorStores;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LlmGateway.Retrieval.Adapters;

/// <summary>A matrix that queries' vectors go through, which is also the work of training it.</summary>
internal sealed class RetrievalAdapter : RetrievalWork
{
    public const string IdPrefix = "adapter_";

    /// <summary>The store it was trained for, and alone serves.</summary>
    [MaxLength(64)]
    public required string VectorStoreId { get; init; }

    [MaxLength(64)]
    public required string Name { get; init; }

    /// <summary>1 for the first of its name in the store.</summary>
    public required int Version { get; init; }

    /// <summary><see cref="AdapterPlan"/> as JSON.</summary>
    public required string Plan { get; init; }

    public required int Pairs { get; init; }

    public int EpochsDone { get; set; }

    /// <summary><see cref="AdapterResult"/> as JSON; null until the end.</summary>
    public string? Result { get; set; }

    public required long CreatedAtMicros { get; init; }
}

/// <summary>Where an adapter stands, beside <see cref="WorkStatus"/>.</summary>
internal static class AdapterStatus
{
    /// <summary>It was significantly better on held-out queries: searches may name it.</summary>
    public const string Accepted = "accepted";

    /// <summary>It was not.</summary>
    public const string Rejected = "rejected";
}

/// <summary>What of an adapter is large.</summary>
internal sealed class AdapterData
{
    [MaxLength(64)]
    public required string AdapterId { get; init; }

    /// <summary>A list of <see cref="TrainingPair"/> as JSON.</summary>
    public required string Pairs { get; init; }

    /// <summary>The matrix row by row, as little-endian floats; null until it is trained.</summary>
    public byte[]? Matrix { get; set; }
}

internal sealed class RetrievalAdapterConfiguration : IEntityTypeConfiguration<RetrievalAdapter>
{
    public void Configure(EntityTypeBuilder<RetrievalAdapter> builder)
    {
        builder.ToTable("retrieval_adapters");
        builder.HasKey(row => row.Id);
        builder.HasOne<VectorStore>().WithMany().HasForeignKey(row => row.VectorStoreId).OnDelete(DeleteBehavior.Cascade);
        builder.HasIndex(row => new { row.VectorStoreId, row.Name, row.Version }).IsUnique();
        builder.HasIndex(row => new { row.ProjectId, row.CreatedAtMicros, row.Id });
        builder.HasIndex(row => new { row.Status, row.LeaseUntil, row.Id });
    }
}

internal sealed class AdapterDataConfiguration : IEntityTypeConfiguration<AdapterData>
{
    public void Configure(EntityTypeBuilder<AdapterData> builder)
    {
        builder.ToTable("retrieval_adapter_data");
        builder.HasKey(row => row.AdapterId);
        builder.HasOne<RetrievalAdapter>().WithMany().HasForeignKey(row => row.AdapterId).OnDelete(DeleteBehavior.Cascade);
    }
}
