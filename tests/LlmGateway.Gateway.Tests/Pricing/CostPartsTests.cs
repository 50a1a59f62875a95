using LlmGateway.Gateway.Pricing;

namespace LlmGateway.Gateway.Tests.Pricing;

public sealed class CostPartsTests
{
    [Fact]
    public void The_parts_add_up_to_the_whole_and_each_token_is_priced_once()
    {
        var random = new Random(9);
        for (var round = 0; round < 20_000; round++)
        {
            var usage = Usage(random);
            var rates = Rates(random);
            var parts = CostParts.Of(rates, usage, (PriceTier)random.Next(2));

            Assert.Equal(usage.Input, parts.Where(part => part.Kind.Contains("input", StringComparison.Ordinal) || part.Kind.StartsWith("cache", StringComparison.Ordinal)).Sum(part => part.Tokens));
            Assert.Equal(usage.Output ?? 0, parts.Where(part => part.Kind.Contains("output", StringComparison.Ordinal)).Sum(part => part.Tokens));
            Assert.Equal(parts.Count, parts.Select(part => part.Kind).Distinct().Count());
            var unknown = parts.Any(part => part.UsdPerMillion is null);
            Assert.Equal(unknown ? null : parts.Sum(part => part.Tokens * part.UsdPerMillion / 1_000_000m), CostParts.Sum(parts));
        }
    }

    [Fact]
    public void Each_kind_has_its_rate_and_reasoning_is_output()
    {
        var rates = new PriceRates
        {
            InputUsdPerMillion = 1,
            CachedInputUsdPerMillion = 2,
            CacheWriteUsdPerMillion = 3,
            CacheWrite1hUsdPerMillion = 4,
            AudioInputUsdPerMillion = 5,
            OutputUsdPerMillion = 6,
            AudioOutputUsdPerMillion = 7,
        };
        var usage = new TokenCounts(15_000_000, 3_000_000, 5_000_000, 1_000_000) { CacheWrite = 4_000_000, CacheWrite1h = 3_000_000, AudioInput = 2_000_000, AudioOutput = 1_000_000 };
        Assert.Equal((1 * 1) + (5 * 2) + (4 * 3) + (3 * 4) + (2 * 5) + (2 * 6) + (1 * 7), CostParts.Sum(CostParts.Of(rates, usage, PriceTier.Standard)));
    }

    [Theory]
    [InlineData("cache_write")]
    [InlineData("cache_write_1h")]
    [InlineData("audio_input")]
    [InlineData("audio_output")]
    public void A_kind_without_a_rate_makes_the_cost_unknown_and_not_cheap(string kind)
    {
        var rates = new PriceRates { InputUsdPerMillion = 1, OutputUsdPerMillion = 1 };
        var usage = kind switch
        {
            "cache_write" => new TokenCounts(10, 10, null, null) { CacheWrite = 1 },
            "cache_write_1h" => new TokenCounts(10, 10, null, null) { CacheWrite1h = 1 },
            "audio_input" => new TokenCounts(10, 10, null, null) { AudioInput = 1 },
            _ => new TokenCounts(10, 10, null, null) { AudioOutput = 1 },
        };
        Assert.Null(CostParts.Sum(CostParts.Of(rates, usage, PriceTier.Standard)));
    }

    private static TokenCounts Usage(Random random)
    {
        // Parts may overlap, and may be more than the whole: providers are not always right.
        long? Part() => random.Next(3) == 0 ? null : random.Next(0, 700);
        return new TokenCounts(random.Next(0, 1000), random.Next(3) == 0 ? null : random.Next(0, 1000), Part(), Part())
        {
            CacheWrite = Part(),
            CacheWrite1h = Part(),
            AudioInput = Part(),
            AudioOutput = Part(),
        };
    }

    private static PriceRates Rates(Random random)
    {
        decimal? Rate() => random.Next(8) == 0 ? null : random.Next(0, 100_000) / 1000m;
        return new PriceRates
        {
            InputUsdPerMillion = Rate(),
            CachedInputUsdPerMillion = Rate(),
            CacheWriteUsdPerMillion = Rate(),
            CacheWrite1hUsdPerMillion = Rate(),
            AudioInputUsdPerMillion = Rate(),
            OutputUsdPerMillion = Rate(),
            AudioOutputUsdPerMillion = Rate(),
            BatchInputUsdPerMillion = Rate(),
            BatchCachedInputUsdPerMillion = Rate(),
            BatchOutputUsdPerMillion = Rate(),
        };
    }
}
