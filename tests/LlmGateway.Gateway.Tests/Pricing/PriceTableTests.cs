using LlmGateway.Gateway.Pricing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace LlmGateway.Gateway.Tests.Pricing;

public sealed class PriceTableTests
{
    private readonly GatewayOptions _options = new();

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

    private PriceTable Prices() => new(new GatewaySettings(
        new Fixed(_options), new ConfigurationBuilder().Build(), NullLogger<GatewaySettings>.Instance));

    private sealed class Fixed(GatewayOptions value) : IOptionsFactory<GatewayOptions>
    {
        public GatewayOptions Create(string name) => value;
    }
}
