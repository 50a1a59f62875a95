using System.ComponentModel.DataAnnotations;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LlmGateway.Retrieval.VectorStores;

/// <summary>A searchable collection of files.</summary>
internal sealed class VectorStore
{
    public const string IdPrefix = "vs_";

    [MaxLength(64)]
    public required string Id { get; init; }

    [MaxLength(64)]
    public required string ProjectId { get; init; }

    [MaxLength(256)]
    public string? Name { get; set; }

    [MaxLength(2048)]
    public string? Description { get; set; }

    /// <summary>A JSON object of strings.</summary>
    public required string Metadata { get; set; }

    /// <summary>Days after its last use; null for never.</summary>
    public int? ExpiresAfterDays { get; set; }

    public required long CreatedAtMicros { get; init; }

    /// <summary>When it was made, changed or searched last, to the minute: not every search writes.</summary>
    public required long LastActiveAtMicros { get; set; }

    /// <summary>The model that embeds its chunks and the queries; fixed, because vectors of two models cannot be compared.</summary>
    [MaxLength(256)]
    public required string EmbeddingModel { get; init; }

    /// <summary>The language of its texts, by which words are searched: a name of <see cref="Text.Search.SearchLanguage"/>.</summary>
    [MaxLength(16)]
    public required string Language { get; init; }

    /// <summary>Length of its vectors; null until the first one came.</summary>
    public int? Dimensions { get; set; }

    /// <summary>Grows with each change of its chunks: copies in processes are told by it that they are old.</summary>
    public long Version { get; set; }

    public long? ExpiresAtMicros => ExpiresAfterDays is { } days ? LastActiveAtMicros + (days * MicrosPerDay) : null;

    private const long MicrosPerDay = 86_400_000_000;
}

internal sealed class VectorStoreConfiguration : IEntityTypeConfiguration<VectorStore>
{
    public void Configure(EntityTypeBuilder<VectorStore> builder)
    {
        builder.ToTable("vector_stores");
        builder.HasKey(row => row.Id);
        builder.Ignore(row => row.ExpiresAtMicros);
        builder.HasIndex(row => new { row.ProjectId, row.Id });
    }
}
