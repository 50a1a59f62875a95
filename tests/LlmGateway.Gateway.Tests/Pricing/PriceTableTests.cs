using LlmGateway.Gateway.Pricing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace LlmGateway.Gateway.Tests.Pricing;

public sealed class PriceTableTests
{
    private readonly GatewayOptions _options = new();
    private readonly NullLogger<PriceTable> _log = NullLogger<PriceTable>.Instance;

    [Fact]
    public void Each_token_is_priced_once_and_cached_ones_at_their_own_rate() =>
        // gpt-4o-mini: (600 × 0.15 + 400 × 0.075 + 100 × 0.60) / 1e6 USD.
        Assert.Equal(180_000, Prices().Cost("openai/gpt-4o-mini", new TokenCounts(1000, 100, 400, null)));

    [Fact]
    public void A_dated_snapshot_costs_what_its_family_does() =>
        Assert.Equal(Prices().Cost("openai/gpt-4o", new(10, 10, null, null)), Prices().Cost("openai/gpt-4o-2024-08-06", new(10, 10, null, null)));

    [Fact]
    public void An_unknown_price_or_usage_is_an_unknown_cost_and_not_zero()
    {
        Assert.Null(Prices().Cost("openai/nobody-knows", new(10, 10, null, null)));
        Assert.Null(Prices().Cost("openai/gpt-4o", default));
        Assert.Equal(0, Prices().Cost("openai/gpt-4o", new(0, 0, null, null)));
    }

    [Fact]
    public void Configuration_overrides_the_shipped_price()
    {
        _options.Models["openai/gpt-4o"] = new ModelOptions { InputUsdPerMillion = 1, OutputUsdPerMillion = 2 };
        Assert.Equal(3_000, Prices().Cost("openai/gpt-4o", new(1, 1, null, null)));
    }

    [Fact]
    public void A_call_has_the_price_of_its_time()
    {
        _options.Models["openai/gpt-4o"] = new ModelOptions
        {
            Prices =
            {
                new DatedPrice { Until = new DateOnly(2026, 3, 1), InputUsdPerMillion = 4, OutputUsdPerMillion = 8 },
                new DatedPrice { From = new DateOnly(2026, 3, 1), Until = new DateOnly(2026, 4, 1), InputUsdPerMillion = 2, OutputUsdPerMillion = 4 },
            },
        };
        long? At(int month, int day) => Prices().Price("openai/gpt-4o", new(1, 0, null, null), new DateTimeOffset(2026, month, day, 0, 0, 0, TimeSpan.Zero), PriceTier.Standard).NanoUsd;
        Assert.Equal((4_000, 2_000, 2_000), (At(2, 28), At(3, 1), At(3, 31)));
        Assert.Null(At(4, 1));
    }

    [Fact]
    public void Batch_rates_are_for_calls_that_were_served_so_and_other_tiers_are_unknown()
    {
        long? In(PriceTier tier) => Prices().Price("openai/gpt-4o", new(1000, 100, null, null), new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), tier).NanoUsd;
        Assert.Equal(In(PriceTier.Standard) / 2, In(PriceTier.Batch));
        Assert.Null(In(PriceTier.Other));
    }

    [Theory]
    [InlineData(null, null, "2026-01-01", null, "two prices")]
    [InlineData(null, "2026-02-02", "2026-02-01", null, "two prices")]
    [InlineData("2026-02-01", "2026-02-01", "2026-03-01", null, "not after")]
    [InlineData(null, "2026-02-01", "2026-02-01", null, null)]
    public void Configured_times_may_not_overlap(string? from1, string? until1, string? from2, string? until2, string? failure)
    {
        static DateOnly? Day(string? text) => text is null ? null : DateOnly.Parse(text, null);
        _options.Models["a/b"] = new ModelOptions
        {
            Prices =
            {
                new DatedPrice { From = Day(from1), Until = Day(until1), InputUsdPerMillion = 1 },
                new DatedPrice { From = Day(from2), Until = Day(until2), InputUsdPerMillion = 1 },
            },
        };
        AssertFailure(failure);
    }

    [Fact]
    public void A_configured_rate_that_cannot_be_meant_is_refused_by_its_name()
    {
        _options.Models["a/b"] = new ModelOptions { InputUsdPerMillion = 1, OutputUsdPerMillion = -1 };
        AssertFailure("Gateway:Models:a/b:OutputUsdPerMillion");
        _options.Models["a/b"] = new ModelOptions { OutputUsdPerMillion = 1 };
        AssertFailure("InputUsdPerMillion is missing");
        _options.Models["a/b"] = new ModelOptions { InputUsdPerMillion = 1, Prices = { new DatedPrice { InputUsdPerMillion = 2 } } };
        AssertFailure("under Prices");
    }

    private void AssertFailure(string? failure)
    {
        var result = new ConfiguredPrices().Validate(null, _options);
        Assert.Equal(failure is not null, result.Failed);
        Assert.Contains(failure ?? "", result.FailureMessage ?? "", StringComparison.Ordinal);
    }

    private PriceTable Prices() => new(new GatewaySettings(
        new Fixed(_options), new ConfigurationBuilder().Build(), TimeProvider.System, NullLogger<GatewaySettings>.Instance), TimeProvider.System, _log);

    private sealed class Fixed(GatewayOptions value) : IOptionsFactory<GatewayOptions>
    {
        public GatewayOptions Create(string name) => value;
    }
}
