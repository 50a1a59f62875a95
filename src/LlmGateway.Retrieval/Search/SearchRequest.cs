using System.Text.Json;
using System.Text.Json.Serialization;
using LlmGateway.Service;

namespace LlmGateway.Retrieval.Search;

/// <summary>OpenAI's search of a vector store.</summary>
/// <param name="Query">A text, or several that are searched together.</param>
/// <param name="MaxNumResults">1 to 50; the default is 10.</param>
/// <param name="Filters">Which files, by their attributes.</param>
/// <param name="RankingOptions">How chunks are ranked.</param>
/// <param name="RewriteQuery">Whether a model makes the query fit for search; the model is <c>Retrieval:QueryModel</c>.</param>
/// <param name="Configuration">Ours: how the search is made.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record SearchRequest(
    JsonElement? Query, int? MaxNumResults, JsonElement? Filters, RankingOptions? RankingOptions, bool? RewriteQuery, SearchConfiguration? Configuration = null)
{
    private const int MaxQueries = 10;
    private const int MaxQueryLength = 4096;
    private const int MaxResults = 50;
    private const int DefaultResults = 10;

    public int Limit => MaxNumResults ?? DefaultResults;

    /// <summary>The queries.</summary>
    /// <exception cref="ApiException">A field is malformed (400).</exception>
    public IReadOnlyList<string> Check()
    {
        if (Limit is < 1 or > MaxResults)
        {
            throw new ApiException(ApiErrors.BadRequest($"Invalid 'max_num_results': expected 1 to {MaxResults}.", "max_num_results"));
        }

        RankingOptions?.Check();
        List<string> queries = Query switch
        {
            { ValueKind: JsonValueKind.String } text => [text.GetString()!],
            { ValueKind: JsonValueKind.Array } texts when texts.EnumerateArray().All(text => text.ValueKind == JsonValueKind.String) =>
                [.. texts.EnumerateArray().Select(text => text.GetString()!)],
            _ => throw InvalidQuery(),
        };
        return queries.Count is 0 or > MaxQueries || queries.Exists(query => string.IsNullOrWhiteSpace(query) || query.Length > MaxQueryLength)
            ? throw InvalidQuery()
            : queries;
    }

    /// <summary>The search that is asked for, in OpenAI's words and in ours.</summary>
    /// <param name="queryModel">What rewrites queries; null for none.</param>
    /// <exception cref="ApiException">A field is malformed, or says otherwise than another (400).</exception>
    public SearchConfiguration ReadConfiguration(string? queryModel)
    {
        var configuration = Configuration ?? SearchConfiguration.Default;
        configuration.Check("configuration");
        configuration = RankingOptions?.Apply(configuration) ?? configuration;
        return RewriteQuery == true ? configuration with { Query = Rewriting(configuration, queryModel) } : configuration;
    }

    private static QuerySettings Rewriting(SearchConfiguration configuration, string? queryModel)
    {
        if (configuration.Query is not null)
        {
            throw new ApiException(ApiErrors.BadRequest("'rewrite_query' and 'configuration.query' say the same: send one of them.", "rewrite_query"));
        }

        return queryModel is null
            ? throw new ApiException(ApiErrors.BadRequest(
                "No model is set to rewrite queries: set Retrieval:QueryModel, or send 'configuration.query' with a model.", "rewrite_query", "unsupported_parameter"))
            : new QuerySettings([QuerySettings.Rewrite], queryModel);
    }

    private static ApiException InvalidQuery() => new(ApiErrors.BadRequest(
        $"Invalid 'query': expected a text of 1 to {MaxQueryLength} characters, or up to {MaxQueries} of them.", "query"));
}

/// <param name="Ranker">
/// <c>auto</c> and <c>default-2024-11-15</c> rank as the configuration says, by default by the fused score alone; <c>none</c> by that always.
/// </param>
/// <param name="ScoreThreshold">Lowest score that is shown, 0 to 1; the default is 0.</param>
/// <param name="HybridSearch">Ours in a search, as in OpenAI's <c>file_search</c>: how much the two rankings count.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record RankingOptions(string? Ranker, double? ScoreThreshold, HybridWeights? HybridSearch)
{
    private const string NoRanker = "none";

    /// <exception cref="ApiException">A field is malformed (400).</exception>
    public void Check()
    {
        RequestField.OneOf(Ranker, "ranking_options.ranker", "auto", "default-2024-11-15", NoRanker);
        RequestField.Between(ScoreThreshold, 0, 1, "ranking_options.score_threshold");
        if (HybridSearch is { } weights && (weights.EmbeddingWeight < 0 || weights.TextWeight < 0 || weights.EmbeddingWeight + weights.TextWeight <= 0))
        {
            throw RequestField.Invalid("ranking_options.hybrid_search", "expected weights of 0 or more, not both 0");
        }
    }

    /// <exception cref="ApiException">The configuration says otherwise (400).</exception>
    public SearchConfiguration Apply(SearchConfiguration configuration)
    {
        if (Ranker == NoRanker && configuration.Reranker is { Type: not RerankerSettings.None })
        {
            throw RequestField.Invalid("ranking_options.ranker", "the configuration has a reranker");
        }

        if (HybridSearch is null)
        {
            return configuration;
        }

        return configuration.Fusion is null
            ? configuration with { Fusion = new FusionSettings(FusionSettings.MinMax, HybridSearch.TextWeight, HybridSearch.EmbeddingWeight) }
            : throw RequestField.Invalid("ranking_options.hybrid_search", "the configuration has weights, in 'fusion'");
    }
}

/// <param name="EmbeddingWeight">How much likeness of meaning counts.</param>
/// <param name="TextWeight">How much words in common count.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record HybridWeights(double EmbeddingWeight, double TextWeight);
