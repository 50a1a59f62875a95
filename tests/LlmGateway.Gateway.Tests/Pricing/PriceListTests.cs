using LlmGateway.Gateway.Pricing;

namespace LlmGateway.Gateway.Tests.Pricing;

/// <summary>The list that is shipped: a wrong digit in it is a wrong bill.</summary>
public sealed class PriceListTests
{
    private readonly PriceList _list = PriceList.Load();

    [Fact]
    public void Every_rate_is_plausible()
    {
        Assert.All(_list.Models, model => Assert.Matches("^[a-z]+/[a-z0-9.-]+$", model.Key));
        foreach (var (model, price) in _list.Models.SelectMany(model => model.Value.Prices, (model, price) => (model.Key, price)))
        {
            Assert.All(price.All().Where(rate => rate.Value is not null), rate => Assert.InRange(rate.Value!.Value, 0, 200));
            Assert.True(price.InputUsdPerMillion is not null, model);
            Assert.True(price.CachedInputUsdPerMillion is null || price.CachedInputUsdPerMillion <= price.InputUsdPerMillion, $"{model}: reading the cache is no dearer");
            Assert.True(price.CacheWriteUsdPerMillion is null || price.CacheWriteUsdPerMillion >= price.InputUsdPerMillion, $"{model}: writing the cache is no cheaper");
            Assert.True(price.CacheWrite1hUsdPerMillion is null || price.CacheWrite1hUsdPerMillion > price.CacheWriteUsdPerMillion, $"{model}: an hour costs more than five minutes");
            Assert.True(price.OutputUsdPerMillion is null || price.OutputUsdPerMillion >= price.InputUsdPerMillion, $"{model}: writing is no cheaper than reading");
            Assert.True(price.BatchInputUsdPerMillion is null || price.BatchInputUsdPerMillion < price.InputUsdPerMillion, $"{model}: a batch is cheaper");
            Assert.True(price.BatchOutputUsdPerMillion is null || price.BatchOutputUsdPerMillion < price.OutputUsdPerMillion, $"{model}: a batch is cheaper");
        }
    }

    [Fact]
    public void A_day_has_one_price() => Assert.All(_list.Models, model =>
    {
        var prices = model.Value.Prices;
        Assert.NotEmpty(prices);
        Assert.All(prices.Zip(prices.Skip(1)), pair => Assert.Equal(pair.First.Until, pair.Second.From));
        Assert.Null(prices[^1].Until);
    });

    [Theory]
    [InlineData("2025-06-09", 10)]
    [InlineData("2025-06-10", 2)]
    public void A_call_has_the_price_of_its_day(string day, decimal usd) =>
        Assert.Equal(usd, _list.Find("openai/o3")!.Prices.Single(price => price.HoldsOn(DateOnly.Parse(day, null))).InputUsdPerMillion);
}
