using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using LlmGateway.Retrieval.Search;

namespace LlmGateway.Retrieval.Evaluations;

/// <summary>What an evaluation does, checked and with its defaults.</summary>
/// <param name="Configurations">The ways to search.</param>
/// <param name="K">The depths, ascending.</param>
/// <param name="Metric">What is compared.</param>
/// <param name="Depth">Passages of each search.</param>
/// <param name="Tune">Null where no weights are looked for.</param>
/// <param name="Seed">Chooses folds and resamples.</param>
internal sealed record EvaluationPlan(
    IReadOnlyList<NamedConfiguration> Configurations, IReadOnlyList<int> K, string Metric, int Depth, TuneRequest? Tune, uint Seed)
{
    /// <summary>Weights of the words that are tried, which of vectors being the rest: 0, .1 … 1. Its ends are the two arms alone.</summary>
    public static readonly IReadOnlyList<double> TextWeights = [.. Enumerable.Range(0, 11).Select(tenths => tenths / 10.0)];

    /// <summary>The names of the measures, in the order in which each outcome has them.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> Metrics => MetricNames.Of(K);

    /// <summary>All ways in which each query is searched: the configurations, and behind them one for each of <see cref="TextWeights"/>.</summary>
    public IReadOnlyList<NamedConfiguration> Searches() => Tune is null
        ? Configurations
        : [.. Configurations, .. TextWeights.Select(weight => new NamedConfiguration(
            string.Create(CultureInfo.InvariantCulture, $"text_weight {weight:0.0}"), Weighted(Tune.Configuration, weight)))];

    /// <summary>A configuration with these weights; an arm of weight 0 is not searched at all.</summary>
    public static SearchConfiguration Weighted(SearchConfiguration? configuration, double textWeight) => (configuration ?? SearchConfiguration.Default) with
    {
        Mode = SearchConfiguration.Hybrid,
        Fusion = new FusionSettings(FusionSettings.MinMax, textWeight, Math.Round(1 - textWeight, 2)),
    };

    public string Write() => JsonSerializer.Serialize(this, EvaluationJsonContext.Default.EvaluationPlan);

    public static EvaluationPlan Parse(string json) => JsonSerializer.Deserialize(json, EvaluationJsonContext.Default.EvaluationPlan)!;
}
