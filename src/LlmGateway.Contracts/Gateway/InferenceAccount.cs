using System.Text.Json.Serialization;

namespace LlmGateway.Contracts.Gateway;

/// <summary>What one attempt used and cost. Tokens are null when unknown: absent is not zero.</summary>
public sealed record InferenceAccount
{
    public AccountState State { get; init; }

    /// <summary>All of the input: what stood in the provider's cache, went into it, or was audio is part of it.</summary>
    public long? InputTokens { get; init; }

    /// <summary>Part of <see cref="InputTokens"/> that the provider read from its prompt cache.</summary>
    public long? CachedInputTokens { get; init; }

    /// <summary>Part of <see cref="InputTokens"/> that the provider wrote into its prompt cache for five minutes, or for a time it did not name.</summary>
    public long? CacheWriteTokens { get; init; }

    /// <summary>Part of <see cref="InputTokens"/> that the provider wrote into its prompt cache for an hour.</summary>
    [JsonPropertyName("cache_write_1h_tokens")]
    public long? CacheWrite1hTokens { get; init; }

    /// <summary>Part of <see cref="InputTokens"/> that was audio.</summary>
    public long? AudioInputTokens { get; init; }

    /// <summary>All of the output.</summary>
    public long? OutputTokens { get; init; }

    /// <summary>Part of <see cref="OutputTokens"/> spent on reasoning.</summary>
    public long? ReasoningTokens { get; init; }

    /// <summary>Part of <see cref="OutputTokens"/> that is audio.</summary>
    public long? AudioOutputTokens { get; init; }

    /// <summary>True when tokens were counted by the gateway and not reported by the provider.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Estimated { get; init; }

    /// <summary>Nano-dollars (1e-9 USD); zero when it is known that nothing was served, null when the price or the usage is unknown.</summary>
    public long? CostNanoUsd { get; init; }

    /// <summary>The rates that the cost was reckoned with; null when nothing was priced.</summary>
    public InferencePrice? Price { get; init; }
}

/// <summary>What became of what an attempt might have cost.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AccountState>))]
public enum AccountState
{
    /// <summary>The provider served something, which is counted and priced.</summary>
    Settled,

    /// <summary>The provider served nothing.</summary>
    Released,

    /// <summary>The gateway died while the provider was at work: what it served is not known.</summary>
    Reserved,
}

/// <summary>The rates of one model at one time, in USD for a million tokens. A rate that is absent was not needed, or is that of the kind it is part of.</summary>
public sealed record InferencePrice
{
    /// <summary><c>configuration</c>, or <c>list</c> for the price list that is shipped.</summary>
    public required string Source { get; init; }

    /// <summary>The day from which these rates hold; null for ever.</summary>
    public DateOnly? From { get; init; }

    /// <summary><c>batch</c> where the provider served at its batch rates; null for the standard ones.</summary>
    public string? Tier { get; init; }

    public decimal? InputUsdPerMillion { get; init; }

    public decimal? CachedInputUsdPerMillion { get; init; }

    public decimal? CacheWriteUsdPerMillion { get; init; }

    [JsonPropertyName("cache_write_1h_usd_per_million")]
    public decimal? CacheWrite1hUsdPerMillion { get; init; }

    public decimal? AudioInputUsdPerMillion { get; init; }

    public decimal? OutputUsdPerMillion { get; init; }

    public decimal? AudioOutputUsdPerMillion { get; init; }
}
