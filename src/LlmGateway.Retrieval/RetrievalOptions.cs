using System.ComponentModel.DataAnnotations;
using LlmGateway.Service;

namespace LlmGateway.Retrieval;

/// <summary>The retrieval service's configuration.</summary>
public sealed class RetrievalOptions
{
    public const string Section = "Retrieval";

    /// <summary>The model that embeds where a store names none; the default is the local one, <c>local/embedding</c>.</summary>
    [Required, MaxLength(256)]
    public string EmbeddingModel { get; set; } = "local/embedding";

    /// <summary>Chunks that one call embeds; the default is 64.</summary>
    [Range(1, 2048)]
    public int EmbeddingBatch { get; set; } = 64;

    /// <summary>How often an embedding call is tried before its file fails, with growing pauses; the default is 10, which outlasts more than a minute.</summary>
    [Range(1, 20)]
    public int EmbeddingTries { get; set; } = 10;

    /// <summary>Largest file that is taken in, in bytes; the default is 64 MiB.</summary>
    [Range(1024, 512L << 20)]
    public long MaxFileBytes { get; set; } = 64 << 20;

    /// <summary>How long the text of one file may take to be read out; the default is 60 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan ExtractionTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Vectors that are kept so that a text is not embedded twice, the newest of all projects; 0 keeps none. The default is 500,000:
    /// 0.5 GB at 256 dimensions, 3 GB at 1,536.
    /// </summary>
    [Range(0, 100_000_000)]
    public int CachedEmbeddings { get; set; } = 500_000;

    /// <summary>What the copies of stores' words may take in memory, in bytes; the default is 512 MiB.</summary>
    [Range(1 << 20, 64L << 30)]
    public long IndexBytes { get; set; } = 512 << 20;

    /// <summary>What the copies of stores' vectors may take in memory, in bytes, with SQLite; the default is 1 GiB.</summary>
    [Range(1 << 20, 64L << 30)]
    public long VectorBytes { get; set; } = 1 << 30;

    /// <summary>What the copies of stores' lists of files may take in memory, in bytes; the default is 128 MiB.</summary>
    [Range(1 << 20, 64L << 30)]
    public long FileBytes { get; set; } = 128 << 20;

    /// <summary>How often copies in use are compared with the database; a search does it in any case. The default is 5 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "01:00:00")]
    public TimeSpan CopySweep { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Whether pgvector's indexes hold numbers in half precision: half the memory, nearly the same order. The default is no.</summary>
    public bool HalfVectors { get; set; }

    /// <summary>From how many vectors of a length pgvector has an index of them; the default is 2,000.</summary>
    [Range(1, 1_000_000)]
    public int IndexFromVectors { get; set; } = 2_000;

    /// <summary>Memory in which PostgreSQL builds such an index, in MB: one that does not fit takes far longer. The default is 256.</summary>
    [Range(1, 65_536)]
    public int IndexBuildMegabytes { get; set; } = 256;

    /// <summary>The model that rewrites queries where <c>rewrite_query</c> asks for it; null, the default, for none.</summary>
    [MaxLength(256)]
    public string? QueryModel { get; set; }

    /// <summary>How workers hold files.</summary>
    public LeaseOptions Leases { get; init; } = new();
}
