using System.Globalization;
using System.Text.Json.Serialization;
using LlmGateway.Gateway.Models;
using LlmGateway.OpenAI;
using LlmGateway.Service;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace LlmGateway.Gateway.Pricing;

/// <summary>The prices that calls are reckoned with, for every key that may call models: its answers tell their costs anyway.</summary>
internal static class PriceEndpoints
{
    private const long MostTokens = 1_000_000_000_000;

    public static void MapPrices(this IEndpointRouteBuilder endpoints)
    {
        var prices = endpoints.MapGroup("/v1/prices").WithTags("Models").RequireAuthorization(Policies.Inference);
        prices.MapGet("", List).WithName("gateway.prices.list").WithSummary("List what models cost.");
        prices.MapGet("/{**model}", Get).WithName("gateway.prices.get").WithSummary("Tell what a model costs, and what a call of it would.");
    }

    private static JsonHttpResult<ListPage<ModelPriceView>> List(HttpContext http, PriceTable prices, GatewaySettings settings, TimeProvider time)
    {
        var at = ReadTime(http.Request.Query, time);
        var caller = http.Caller();
        var models = prices.List.Models.Keys.Concat(settings.Current.Models.Keys).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)
            .Where(model => caller.AllowedModels is not { } allowed || allowed.Contains(model))
            .Select(model => ModelPriceView.Of(model, prices, at)).Where(view => view.Source is not null).ToList();
        return TypedResults.Json(models.ToPage(models.Count, view => view, view => view.Model), PriceJson.Default.ListPageModelPriceView);
    }

    private static JsonHttpResult<ModelPriceView> Get(string model, HttpContext http, ModelResolver models, PriceTable prices, TimeProvider time)
    {
        var query = http.Request.Query;
        var at = ReadTime(query, time);
        var name = Uri.UnescapeDataString(model);
        // What is listed can be looked up, whether or not its provider is configured.
        var deployment = prices.Find(name, at) is null ? models.Resolve(http.Caller().ProjectId, name).Deployment.Name : name;
        var view = ModelPriceView.Of(deployment, prices, at);
        return TypedResults.Json(
            ReadCount(query, "input_tokens") is { } input ? view with { Cost = Preview(deployment, ReadUsage(query, input), ReadTier(query), prices, at) } : view,
            PriceJson.Default.ModelPriceView);
    }

    private static CostPreview Preview(string model, TokenCounts usage, PriceTier tier, PriceTable prices, DateTimeOffset at)
    {
        var parts = prices.Find(model, at) is { } price ? CostParts.Of(price.Rates, usage, tier) : [];
        return new CostPreview(
            tier == PriceTier.Batch ? "batch" : "standard",
            [.. parts.Select(part => new CostPartView(part.Kind, part.Tokens, part.UsdPerMillion, part.Usd))],
            NanoUsd.ToUsd(prices.Price(model, usage, at, tier).NanoUsd));
    }

    private static TokenCounts ReadUsage(IQueryCollection query, long input) => new(
        input, ReadCount(query, "output_tokens") ?? 0, ReadCount(query, "cached_input_tokens"), null)
    {
        CacheWrite = ReadCount(query, "cache_write_tokens"),
        CacheWrite1h = ReadCount(query, "cache_write_1h_tokens"),
        AudioInput = ReadCount(query, "audio_input_tokens"),
        AudioOutput = ReadCount(query, "audio_output_tokens"),
    };

    private static PriceTier ReadTier(IQueryCollection query) => query["tier"].ToString() switch
    {
        "" or "standard" => PriceTier.Standard,
        "batch" => PriceTier.Batch,
        _ => throw new ApiException(ApiErrors.BadRequest("Invalid 'tier': expected 'standard' or 'batch'.", "tier")),
    };

    private static long? ReadCount(IQueryCollection query, string name) =>
        query[name].ToString() is not { Length: > 0 } text ? null
        : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count <= MostTokens ? count
        : throw new ApiException(ApiErrors.BadRequest($"Invalid '{name}': expected a number of tokens.", name));

    private static DateTimeOffset ReadTime(IQueryCollection query, TimeProvider time) =>
        query["at"].ToString() is not { Length: > 0 } text ? time.GetUtcNow()
        : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at
        : throw new ApiException(ApiErrors.BadRequest("Invalid 'at': expected a day or a time by ISO 8601, such as 2025-06-09.", "at"));
}

/// <summary>What a model costs at a time; all null when unknown.</summary>
/// <param name="Model"><c>provider/model</c>.</param>
/// <param name="Source"><c>configuration</c> or <c>list</c>.</param>
/// <param name="Rates">In USD for a million tokens, and when they hold.</param>
/// <param name="ContextTokens">Tokens of its window.</param>
internal sealed record ModelPriceView(string Model, string? Source, DatedPrice? Rates, int? ContextTokens)
{
    public string Object { get; } = "model.price";

    /// <summary>What a call would cost; absent where none was described.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public CostPreview? Cost { get; init; }

    public static ModelPriceView Of(string model, PriceTable prices, DateTimeOffset at) =>
        prices.Find(model, at) is { } price
            ? new ModelPriceView(model, price.Source, price.Rates, prices.ContextTokens(model))
            : new ModelPriceView(model, null, null, prices.ContextTokens(model));
}

/// <param name="Tier">At which rates.</param>
/// <param name="Parts">Each kind of token once.</param>
/// <param name="CostUsd">Their sum, to the nano-dollar; null when a rate is unknown.</param>
internal sealed record CostPreview(string Tier, IReadOnlyList<CostPartView> Parts, decimal? CostUsd);

internal sealed record CostPartView(string Kind, long Tokens, decimal? UsdPerMillion, decimal? CostUsd);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ModelPriceView))]
[JsonSerializable(typeof(ListPage<ModelPriceView>))]
internal sealed partial class PriceJson : JsonSerializerContext;
