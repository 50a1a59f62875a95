namespace LlmGateway.Gateway.Pricing;

/// <summary>Tokens of one kind at one rate.</summary>
/// <param name="Kind">Such as <c>cached_input</c>.</param>
/// <param name="Tokens">How many; more than none.</param>
/// <param name="UsdPerMillion">Null when the rate is unknown.</param>
internal readonly record struct CostPart(string Kind, long Tokens, decimal? UsdPerMillion)
{
    private const decimal TokensPerRate = 1_000_000m;

    public decimal? Usd => Tokens * UsdPerMillion / TokensPerRate;
}

/// <summary>Divides a call's tokens into kinds that do not overlap, each with its rate: every token is priced once.</summary>
internal static class CostParts
{
    public static IReadOnlyList<CostPart> Of(PriceRates rates, in TokenCounts usage, PriceTier tier)
    {
        var parts = new List<CostPart>(4);
        var batch = tier == PriceTier.Batch;
        var input = usage.Input ?? 0;
        // A provider that says it wrote its cache charges for it: the plain rate would be a guess, as it would be for audio.
        Take(parts, ref input, "cached_input", usage.CachedInput, batch
            ? rates.BatchCachedInputUsdPerMillion ?? rates.BatchInputUsdPerMillion
            : rates.CachedInputUsdPerMillion ?? rates.InputUsdPerMillion);
        Take(parts, ref input, "cache_write", usage.CacheWrite, batch ? null : rates.CacheWriteUsdPerMillion);
        Take(parts, ref input, "cache_write_1h", usage.CacheWrite1h, batch ? null : rates.CacheWrite1hUsdPerMillion);
        Take(parts, ref input, "audio_input", usage.AudioInput, batch ? null : rates.AudioInputUsdPerMillion);
        Take(parts, ref input, "input", input, batch ? rates.BatchInputUsdPerMillion : rates.InputUsdPerMillion);

        var output = usage.Output ?? 0;
        Take(parts, ref output, "audio_output", usage.AudioOutput, batch ? null : rates.AudioOutputUsdPerMillion);
        Take(parts, ref output, "output", output, batch ? rates.BatchOutputUsdPerMillion : rates.OutputUsdPerMillion);
        return parts;
    }

    /// <summary>Null when a rate is unknown; zero for no tokens.</summary>
    public static decimal? Sum(IReadOnlyList<CostPart> parts)
    {
        decimal? sum = 0;
        for (var index = 0; index < parts.Count; index++)
        {
            sum += parts[index].Usd;
        }

        return sum;
    }

    /// <summary>Parts that report more than there is left of the whole are cut to it.</summary>
    private static void Take(List<CostPart> parts, ref long left, string kind, long? tokens, decimal? rate)
    {
        var count = Math.Min(tokens ?? 0, left);
        left -= count;
        if (count > 0)
        {
            parts.Add(new CostPart(kind, count, rate));
        }
    }
}

/// <summary>At which of a provider's rates a call was served.</summary>
internal enum PriceTier
{
    Standard,

    /// <summary>At its batch rates, which OpenAI's <c>flex</c> has too.</summary>
    Batch,

    /// <summary>At rates that no table here has, such as <c>priority</c>.</summary>
    Other,
}
