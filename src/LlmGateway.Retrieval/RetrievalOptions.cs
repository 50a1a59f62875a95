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

    /// <summary>How often an embedding call is tried before its file fails; the default is 5.</summary>
    [Range(1, 20)]
    public int EmbeddingTries { get; set; } = 5;

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

    /// <summary>The model that rewrites queries where <c>rewrite_query</c> asks for it; null, the default, for none.</summary>
    [MaxLength(256)]
    public string? QueryModel { get; set; }

    /// <summary>How workers hold files.</summary>
    public LeaseOptions Leases { get; init; } = new();
}
