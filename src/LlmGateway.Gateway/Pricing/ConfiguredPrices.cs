using Microsoft.Extensions.Options;

namespace LlmGateway.Gateway.Pricing;

/// <summary>Prices under <c>Gateway:Models</c>, which go before the list: one set of rates, or one for each time under <c>Prices</c>.</summary>
internal sealed class ConfiguredPrices : IValidateOptions<GatewayOptions>
{
    private const decimal Highest = 1_000_000;

    /// <summary>The oldest first; none where the model's price is not configured.</summary>
    public static IReadOnlyList<DatedPrice> Of(ModelOptions model) =>
        model.Prices.Count > 0 ? [.. model.Prices.OrderBy(price => price.From ?? DateOnly.MinValue)]
        : model.InputUsdPerMillion is null ? []
        : [new DatedPrice
        {
            InputUsdPerMillion = model.InputUsdPerMillion,
            CachedInputUsdPerMillion = model.CachedInputUsdPerMillion,
            CacheWriteUsdPerMillion = model.CacheWriteUsdPerMillion,
            CacheWrite1hUsdPerMillion = model.CacheWrite1hUsdPerMillion,
            AudioInputUsdPerMillion = model.AudioInputUsdPerMillion,
            OutputUsdPerMillion = model.OutputUsdPerMillion,
            AudioOutputUsdPerMillion = model.AudioOutputUsdPerMillion,
            BatchInputUsdPerMillion = model.BatchInputUsdPerMillion,
            BatchCachedInputUsdPerMillion = model.BatchCachedInputUsdPerMillion,
            BatchOutputUsdPerMillion = model.BatchOutputUsdPerMillion,
        }];

    public ValidateOptionsResult Validate(string? name, GatewayOptions options)
    {
        var failures = options.Models.SelectMany(model => Check($"{GatewayOptions.Section}:Models:{model.Key}", model.Value)).ToList();
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    private static IEnumerable<string> Check(string path, ModelOptions model)
    {
        if (model.Prices.Count > 0 && model.All().Any(rate => rate.Value is not null))
        {
            yield return $"{path} has rates of its own and under Prices: put all of them under Prices.";
        }

        foreach (var failure in CheckRates(path, model, needsInput: false))
        {
            yield return failure;
        }

        foreach (var failure in model.Prices.SelectMany((price, index) => CheckRates($"{path}:Prices:{index}", price, needsInput: true)))
        {
            yield return failure;
        }

        foreach (var failure in CheckTimes(path, Of(model)))
        {
            yield return failure;
        }
    }

    private static IEnumerable<string> CheckRates(string path, PriceRates rates, bool needsInput)
    {
        foreach (var (name, value) in rates.All().Where(rate => rate.Value is < 0 or > Highest))
        {
            yield return $"{path}:{name} is {value}: expected 0 to {Highest} USD for a million tokens.";
        }

        if (rates.InputUsdPerMillion is null && (needsInput || rates.All().Any(rate => rate.Value is not null)))
        {
            yield return $"{path}:{nameof(PriceRates.InputUsdPerMillion)} is missing: without it no call can be priced.";
        }
    }

    /// <summary>A day has one price.</summary>
    private static IEnumerable<string> CheckTimes(string path, IReadOnlyList<DatedPrice> prices)
    {
        for (var index = 0; index < prices.Count; index++)
        {
            var price = prices[index];
            if (price.Until <= price.From)
            {
                yield return $"{path}:Prices has a price that ends on {price.Until:yyyy-MM-dd}, not after it begins on {price.From:yyyy-MM-dd}.";
            }

            if (index > 0 && (prices[index - 1].Until is not { } end || end > (price.From ?? DateOnly.MinValue)))
            {
                yield return $"{path}:Prices has two prices for {price.From:yyyy-MM-dd}: let the one before end then (Until).";
            }
        }
    }
}
