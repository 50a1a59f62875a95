using System.ComponentModel.DataAnnotations;

namespace LlmGateway.Gateway.Caching;

/// <summary>The exact response cache.</summary>
public sealed class ResponseCacheOptions
{
    /// <summary>Memory for cached answers, in bytes; the default is 128 MiB.</summary>
    [Range(0, 1L << 36)]
    public long SizeBytes { get; set; } = 128L << 20;

    /// <summary>How long an answer is served when its route says nothing; the default is one day.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "365.00:00:00")]
    public TimeSpan DefaultTtl { get; set; } = TimeSpan.FromDays(1);
}

/// <summary>Which answers are cached without the caller asking.</summary>
public enum CachePolicy
{
    /// <summary>Those that would be the same again: temperature 0, a seed, or embeddings.</summary>
    Deterministic,

    /// <summary>None; not even on a caller's wish.</summary>
    Off,

    /// <summary>All that ended well.</summary>
    All,
}
