using System.ComponentModel.DataAnnotations;

namespace LlmGateway.Gateway.Caching;

/// <summary>The exact response cache.</summary>
public sealed class ResponseCacheOptions
{
    /// <summary>
    /// Where answers are kept, by name; read at the start only. Null, the default, means Redis behind the memory where
    /// <c>ConnectionStrings:redis</c> is set, else memory alone. Redis by name without a connection string stops the start.
    /// </summary>
    public CacheStore? Store { get; set; }

    /// <summary>Memory for cached answers, in bytes; the default is 128 MiB.</summary>
    [Range(0, 1L << 36)]
    public long SizeBytes { get; set; } = 128L << 20;

    /// <summary>How long an answer is served when its route says nothing; the default is one day.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "365.00:00:00")]
    public TimeSpan DefaultTtl { get; set; } = TimeSpan.FromDays(1);

    /// <summary>Largest answer that goes to Redis, in bytes; larger ones stay in memory. The default is 1 MiB, from 0 to 1 MiB.</summary>
    [Range(0, 1 << 20)]
    public int MaxSharedBytes { get; set; } = 1 << 20;
}

/// <summary>What keeps cached answers.</summary>
public enum CacheStore
{
    /// <summary>The process's own memory.</summary>
    Memory,

    /// <summary>The process's memory first, then the Redis that all gateways share.</summary>
    Redis,
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
