using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace LlmGateway.Gateway.Pricing;

/// <summary>Rates of one model in USD for a million tokens; null is unknown.</summary>
public class PriceRates
{
    private const double Highest = 1_000_000;

    /// <summary>Input that is of no other kind. The other rates need it.</summary>
    [Range(0, Highest)]
    public decimal? InputUsdPerMillion { get; set; }

    /// <summary>Input that the provider read from its prompt cache; null for <see cref="InputUsdPerMillion"/>.</summary>
    [Range(0, Highest)]
    public decimal? CachedInputUsdPerMillion { get; set; }

    /// <summary>Input that the provider wrote into its prompt cache for five minutes.</summary>
    [Range(0, Highest)]
    public decimal? CacheWriteUsdPerMillion { get; set; }

    /// <summary>Input that the provider wrote into its prompt cache for an hour.</summary>
    [Range(0, Highest)]
    [JsonPropertyName("cache_write_1h_usd_per_million")]
    public decimal? CacheWrite1hUsdPerMillion { get; set; }

    [Range(0, Highest)]
    public decimal? AudioInputUsdPerMillion { get; set; }

    /// <summary>Output, reasoning with it.</summary>
    [Range(0, Highest)]
    public decimal? OutputUsdPerMillion { get; set; }

    [Range(0, Highest)]
    public decimal? AudioOutputUsdPerMillion { get; set; }

    /// <summary>Input of calls that the provider served at its batch rates.</summary>
    [Range(0, Highest)]
    public decimal? BatchInputUsdPerMillion { get; set; }

    /// <summary>As <see cref="CachedInputUsdPerMillion"/>, at batch rates; null for <see cref="BatchInputUsdPerMillion"/>.</summary>
    [Range(0, Highest)]
    public decimal? BatchCachedInputUsdPerMillion { get; set; }

    [Range(0, Highest)]
    public decimal? BatchOutputUsdPerMillion { get; set; }

    /// <summary>Every rate with its name, as in the configuration.</summary>
    internal IEnumerable<(string Name, decimal? Value)> All() =>
    [
        (nameof(InputUsdPerMillion), InputUsdPerMillion),
        (nameof(CachedInputUsdPerMillion), CachedInputUsdPerMillion),
        (nameof(CacheWriteUsdPerMillion), CacheWriteUsdPerMillion),
        (nameof(CacheWrite1hUsdPerMillion), CacheWrite1hUsdPerMillion),
        (nameof(AudioInputUsdPerMillion), AudioInputUsdPerMillion),
        (nameof(OutputUsdPerMillion), OutputUsdPerMillion),
        (nameof(AudioOutputUsdPerMillion), AudioOutputUsdPerMillion),
        (nameof(BatchInputUsdPerMillion), BatchInputUsdPerMillion),
        (nameof(BatchCachedInputUsdPerMillion), BatchCachedInputUsdPerMillion),
        (nameof(BatchOutputUsdPerMillion), BatchOutputUsdPerMillion),
    ];
}

/// <summary>Rates that hold for a time.</summary>
public sealed class DatedPrice : PriceRates
{
    /// <summary>The first day, in UTC; null from ever.</summary>
    public DateOnly? From { get; set; }

    /// <summary>The day behind the last one; null until further notice.</summary>
    public DateOnly? Until { get; set; }

    internal bool HoldsOn(DateOnly day) => (From is null || From <= day) && (Until is null || day < Until);
}
