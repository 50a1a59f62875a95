using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace LlmGateway.Gateway.Pricing;

/// <summary>The price list that is shipped: <c>prices.json</c>.</summary>
/// <param name="Source">Where the prices are from, and how far to trust them.</param>
/// <param name="Date">As of when.</param>
/// <param name="Unit">What a rate is for.</param>
/// <param name="Models">By <c>provider/model</c>.</param>
internal sealed partial record PriceList(string Source, DateOnly Date, string Unit, IReadOnlyDictionary<string, ListedModel> Models)
{
    public static PriceList Load()
    {
        using var stream = typeof(PriceList).Assembly.GetManifestResourceStream("prices.json")!;
        return JsonSerializer.Deserialize(stream, PriceListJson.Default.PriceList)!;
    }

    /// <summary>A dated snapshot (<c>gpt-4o-2024-08-06</c>) costs what its family does, unless it is listed itself.</summary>
    public ListedModel? Find(string model) => Models.GetValueOrDefault(model) ?? Models.GetValueOrDefault(SnapshotDate().Replace(model, ""));

    [GeneratedRegex(@"-(\d{4}-\d{2}-\d{2}|\d{8})$")]
    private static partial Regex SnapshotDate();
}

/// <param name="ContextTokens">Tokens of the window, input and answer together; null when unknown.</param>
/// <param name="Prices">The rates of each time, the oldest first.</param>
internal sealed record ListedModel(int? ContextTokens, IReadOnlyList<DatedPrice> Prices);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, AllowDuplicateProperties = false)]
[JsonSerializable(typeof(PriceList))]
internal sealed partial class PriceListJson : JsonSerializerContext;
