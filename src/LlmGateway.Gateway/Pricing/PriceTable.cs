using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace LlmGateway.Gateway.Pricing;

/// <summary>What is known of models: what a call costs, and how large their windows are. Unknown price or unknown usage is an unknown cost, never zero.</summary>
internal sealed partial class PriceTable(GatewaySettings settings)
{
    private const decimal TokensPerPrice = 1_000_000m;
    private readonly Dictionary<string, ModelPrice> _shipped = Load();
    private volatile FoundPrices _found = new(settings.Current);

    /// <summary>Nano-dollars (1e-9 USD), rounded to the nearest; null when unknown.</summary>
    public long? Cost(string model, TokenCounts usage)
    {
        if (Find(model) is not { Input: { } inputPrice } price || usage.Input is not { } input)
        {
            return null;
        }

        var output = usage.Output ?? 0;
        if (output > 0 && price.Output is null)
        {
            return null;
        }

        // Cached tokens are part of the input: each token is priced once.
        var cached = Math.Min(usage.CachedInput ?? 0, input);
        var usd = (((input - cached) * inputPrice) + (cached * (price.CachedInput ?? inputPrice)) + (output * (price.Output ?? 0))) / TokensPerPrice;
        return NanoUsd.Round(usd);
    }

    /// <summary>Tokens of a model's window, input and answer together; null when unknown.</summary>
    public int? ContextTokens(string model) =>
        settings.Current.Models.GetValueOrDefault(model)?.ContextTokens ?? Shipped(model)?.Context;

    private ModelPrice? Find(string model)
    {
        var found = _found;
        if (found.Options != settings.Current)
        {
            _found = found = new FoundPrices(settings.Current);
        }

        return found.Get(model, this);
    }

    private ModelPrice? LookUp(string model, GatewayOptions options)
    {
        if (options.Models.TryGetValue(model, out var configured) && configured.InputUsdPerMillion is not null)
        {
            return new ModelPrice(configured.InputUsdPerMillion, configured.CachedInputUsdPerMillion, configured.OutputUsdPerMillion);
        }

        // A dated snapshot (gpt-4o-2024-08-06) costs what its family does.
        return Shipped(model);
    }

    private ModelPrice? Shipped(string model) => _shipped.GetValueOrDefault(model) ?? _shipped.GetValueOrDefault(SnapshotDate().Replace(model, ""));

    private static Dictionary<string, ModelPrice> Load()
    {
        using var stream = typeof(PriceTable).Assembly.GetManifestResourceStream("prices.json")!;
        return JsonSerializer.Deserialize(stream, PriceJsonContext.Default.PriceFile)!.Models;
    }

    /// <summary>Prices looked up before, under one configuration.</summary>
    private sealed class FoundPrices(GatewayOptions options)
    {
        /// <summary>Names that callers made up must not fill the memory.</summary>
        private const int MaxCount = 4096;

        private readonly ConcurrentDictionary<string, ModelPrice?> _prices = new(StringComparer.Ordinal);

        public GatewayOptions Options { get; } = options;

        public ModelPrice? Get(string model, PriceTable table)
        {
            if (_prices.TryGetValue(model, out var known))
            {
                return known;
            }

            var price = table.LookUp(model, Options);
            if (_prices.Count < MaxCount)
            {
                _prices[model] = price;
            }

            return price;
        }
    }

    [GeneratedRegex(@"-(\d{4}-\d{2}-\d{2}|\d{8})$")]
    private static partial Regex SnapshotDate();
}

/// <summary>USD for a million tokens, and the tokens of the model's window.</summary>
internal sealed record ModelPrice(decimal? Input, decimal? CachedInput, decimal? Output, int? Context = null);

/// <summary>What a provider reported, or what was counted; null is unknown.</summary>
internal readonly record struct TokenCounts(long? Input, long? Output, long? CachedInput, long? Reasoning);

internal sealed record PriceFile(Dictionary<string, ModelPrice> Models);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(PriceFile))]
internal sealed partial class PriceJsonContext : JsonSerializerContext;
