using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace LlmGateway.Gateway.Pricing;

/// <summary>What a call cost. Unknown price or unknown usage is an unknown cost, never zero.</summary>
internal sealed partial class PriceTable(GatewaySettings settings)
{
    private const decimal NanoPerUsd = 1_000_000_000m;
    private const decimal TokensPerPrice = 1_000_000m;
    private readonly Dictionary<string, ModelPrice> _shipped = Load();

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
        return (long)Math.Round(usd * NanoPerUsd, MidpointRounding.AwayFromZero);
    }

    private ModelPrice? Find(string model)
    {
        if (settings.Current.Models.TryGetValue(model, out var configured) && configured.InputUsdPerMillion is not null)
        {
            return new ModelPrice(configured.InputUsdPerMillion, configured.CachedInputUsdPerMillion, configured.OutputUsdPerMillion);
        }

        // A dated snapshot (gpt-4o-2024-08-06) costs what its family does.
        return _shipped.GetValueOrDefault(model) ?? _shipped.GetValueOrDefault(SnapshotDate().Replace(model, ""));
    }

    private static Dictionary<string, ModelPrice> Load()
    {
        using var stream = typeof(PriceTable).Assembly.GetManifestResourceStream("prices.json")!;
        return JsonSerializer.Deserialize(stream, PriceJsonContext.Default.PriceFile)!.Models;
    }

    [GeneratedRegex(@"-(\d{4}-\d{2}-\d{2}|\d{8})$")]
    private static partial Regex SnapshotDate();
}

/// <summary>USD for a million tokens.</summary>
internal sealed record ModelPrice(decimal? Input, decimal? CachedInput, decimal? Output);

/// <summary>What a provider reported, or what was counted; null is unknown.</summary>
internal readonly record struct TokenCounts(long? Input, long? Output, long? CachedInput, long? Reasoning);

internal sealed record PriceFile(Dictionary<string, ModelPrice> Models);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(PriceFile))]
internal sealed partial class PriceJsonContext : JsonSerializerContext;
