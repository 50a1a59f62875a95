using System.ComponentModel.DataAnnotations;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LlmGateway.Retrieval.Embeddings;

/// <summary>A text's vector, kept so that the same text costs nothing when it comes again.</summary>
internal sealed class CachedEmbedding
{
    private const int KeyBytes = SHA256.HashSizeInBytes;

    /// <summary>SHA-256 of project, model and text: no project is told by a quick answer what another one has.</summary>
    [MaxLength(KeyBytes)]
    public required byte[] Key { get; init; }

    /// <summary>Little-endian floats.</summary>
    public required byte[] Vector { get; init; }

    public required long CreatedAtMicros { get; init; }

    public static byte[] KeyOf(string project, string model, string text) => SHA256.HashData(Encoding.UTF8.GetBytes($"{project}\n{model}\n{text}"));

    public float[] ToVector() => MemoryMarshal.Cast<byte, float>(Vector).ToArray();
}

internal sealed class CachedEmbeddingConfiguration : IEntityTypeConfiguration<CachedEmbedding>
{
    public void Configure(EntityTypeBuilder<CachedEmbedding> builder)
    {
        builder.ToTable("cached_embeddings");
        builder.HasKey(row => row.Key);
        builder.HasIndex(row => row.CreatedAtMicros);
    }
}
