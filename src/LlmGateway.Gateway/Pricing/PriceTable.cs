using System.Collections.Concurrent;
using LlmGateway.Contracts.Gateway;
using Microsoft.Extensions.Logging;

namespace LlmGateway.Gateway.Pricing;

/// <summary>What is known of models: what a call costs, and how large their windows are. Unknown price or unknown usage is an unknown cost, never zero.</summary>
internal sealed partial class PriceTable(GatewaySettings settings, TimeProvider time, ILogger<PriceTable> logger)
{
    /// <summary>Names that callers made up must neither fill the memory nor the log.</summary>
    private const int MaxModels = 4096;
    private const int MaxWarnings = 256;

    private readonly ConcurrentDictionary<string, bool> _warned = new(StringComparer.Ordinal);
    private volatile FoundPrices _found = new(settings.Current);

    public PriceList List { get; } = PriceList.Load();

    /// <summary>Nano-dollars (1e-9 USD) at today's standard rates, rounded to the nearest; null when unknown.</summary>
    public long? Cost(string model, TokenCounts usage) => Price(model, usage, time.GetUtcNow(), PriceTier.Standard).NanoUsd;

    /// <summary>What a call cost at the rates of its time; says once for each model that its price is not known.</summary>
    public PricedCall Price(string model, in TokenCounts usage, DateTimeOffset at, PriceTier tier)
    {
        if (usage.Input is null)
        {
            return default;
        }

        if (tier == PriceTier.Other || Find(model, at) is not { } price)
        {
            Warn(model, tier == PriceTier.Other ? "this service tier" : "it");
            return default;
        }

        var parts = CostParts.Of(price.Rates, usage, tier);
        if (CostParts.Sum(parts) is not { } usd)
        {
            Warn(model, parts.First(part => part.UsdPerMillion is null).Kind);
            return default;
        }

        return new PricedCall(NanoUsd.Round(usd), parts.Count == 0 ? null : Describe(price, parts, tier));
    }

    /// <summary>The rates that hold at a time; null when unknown.</summary>
    public FoundPrice? Find(string model, DateTimeOffset at)
    {
        var found = _found;
        if (found.Options != settings.Current)
        {
            _found = found = new FoundPrices(settings.Current);
        }

        var (source, prices) = found.Get(model, this);
        var day = DateOnly.FromDateTime(at.UtcDateTime);
        for (var index = prices.Count - 1; index >= 0; index--)
        {
            if (prices[index].HoldsOn(day))
            {
                return new FoundPrice(source, prices[index]);
            }
        }

        return null;
    }

    /// <summary>Tokens of a model's window, input and answer together; null when unknown.</summary>
    public int? ContextTokens(string model) =>
        settings.Current.Models.GetValueOrDefault(model)?.ContextTokens ?? List.Find(model)?.ContextTokens;

    private static InferencePrice Describe(in FoundPrice price, IReadOnlyList<CostPart> parts, PriceTier tier)
    {
        decimal? Rate(string kind)
        {
            for (var index = 0; index < parts.Count; index++)
            {
                if (parts[index].Kind == kind)
                {
                    return parts[index].UsdPerMillion;
                }
            }

            return null;
        }

        return new InferencePrice
        {
            Source = price.Source,
            From = price.Rates.From,
            Tier = tier == PriceTier.Batch ? "batch" : null,
            InputUsdPerMillion = Rate("input"),
            CachedInputUsdPerMillion = Rate("cached_input"),
            CacheWriteUsdPerMillion = Rate("cache_write"),
            CacheWrite1hUsdPerMillion = Rate("cache_write_1h"),
            AudioInputUsdPerMillion = Rate("audio_input"),
            OutputUsdPerMillion = Rate("output"),
            AudioOutputUsdPerMillion = Rate("audio_output"),
        };
    }

    private void Warn(string model, string what)
    {
        if (_warned.Count < MaxWarnings && _warned.TryAdd(model, true))
        {
            LogUnknownPrice(model, what);
        }
    }

    private (string Source, IReadOnlyList<DatedPrice> Prices) LookUp(string model, GatewayOptions options) =>
        options.Models.TryGetValue(model, out var configured) && ConfiguredPrices.Of(configured) is { Count: > 0 } own
            ? (FoundPrice.Configured, own)
            : (FoundPrice.Listed, List.Find(model)?.Prices ?? []);

    [LoggerMessage(1260, LogLevel.Warning, "What calls of {Model} cost is unknown: there is no price for {What}. Set its rates under Gateway:Models")]
    private partial void LogUnknownPrice(string model, string what);

    /// <summary>Prices looked up before, under one configuration.</summary>
    private sealed class FoundPrices(GatewayOptions options)
    {
        private readonly ConcurrentDictionary<string, (string, IReadOnlyList<DatedPrice>)> _prices = new(StringComparer.Ordinal);

        public GatewayOptions Options { get; } = options;

        public (string Source, IReadOnlyList<DatedPrice> Prices) Get(string model, PriceTable table)
        {
            if (_prices.TryGetValue(model, out var known))
            {
                return known;
            }

            var price = table.LookUp(model, Options);
            if (_prices.Count < MaxModels)
            {
                _prices[model] = price;
            }

            return price;
        }
    }
}

/// <param name="Source"><see cref="Configured"/> or <see cref="Listed"/>.</param>
/// <param name="Rates">The rates.</param>
internal readonly record struct FoundPrice(string Source, DatedPrice Rates)
{
    public const string Configured = "configuration";
    public const string Listed = "list";
}

/// <param name="NanoUsd">Null when unknown.</param>
/// <param name="Price">What it was reckoned with; null when nothing was.</param>
internal readonly record struct PricedCall(long? NanoUsd, InferencePrice? Price);
