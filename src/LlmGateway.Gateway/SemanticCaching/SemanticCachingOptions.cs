using System.ComponentModel.DataAnnotations;

namespace LlmGateway.Gateway.SemanticCaching;

/// <summary>What all semantic caches of the gateway share; which there are is set at run time (<c>/v1/semantic_caches</c>).</summary>
public sealed class SemanticCachingOptions
{
    /// <summary>How long a request waits for its question's vector before it goes on without the cache; the default is 300 ms.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:00:10")]
    public TimeSpan EmbeddingBudget { get; set; } = TimeSpan.FromMilliseconds(300);

    /// <summary>How long a request waits for the look-up before it goes on without the cache; the default is 200 ms.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:00:10")]
    public TimeSpan SearchBudget { get; set; } = TimeSpan.FromMilliseconds(200);

    /// <summary>
    /// Memory for copies of vectors (with SQLite) and, beside it, for entries of projects that keep no bodies, in bytes each; the
    /// default is 256 MiB.
    /// </summary>
    [Range(1 << 20, 1L << 36)]
    public long MemoryBytes { get; set; } = 256L << 20;

    /// <summary>Largest answer that is kept, in bytes; the default is 64 KiB.</summary>
    [Range(1024, 1 << 20)]
    public int MaxAnswerBytes { get; set; } = 64 << 10;
}
