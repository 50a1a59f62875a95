using System.Text.Json;
using System.Text.Json.Serialization;
using LlmGateway.Service;

namespace LlmGateway.Retrieval.Search;

/// <summary>OpenAI's search of a vector store.</summary>
/// <param name="Query">A text, or several that are searched together.</param>
/// <param name="MaxNumResults">1 to 50; the default is 10.</param>
/// <param name="Filters">Which files, by their attributes.</param>
/// <param name="RankingOptions">How chunks are ranked.</param>
/// <param name="RewriteQuery">Not offered yet: true is refused.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record SearchRequest(
    JsonElement? Query, int? MaxNumResults, JsonElement? Filters, RankingOptions? RankingOptions, bool? RewriteQuery)
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

        if (RewriteQuery == true)
        {
            throw new ApiException(ApiErrors.BadRequest("'rewrite_query' is not offered: send the query as it should be searched.", "rewrite_query", "unsupported_parameter"));
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

    private static ApiException InvalidQuery() => new(ApiErrors.BadRequest(
        $"Invalid 'query': expected a text of 1 to {MaxQueryLength} characters, or up to {MaxQueries} of them.", "query"));
}

/// <param name="Ranker"><c>auto</c>, <c>default-2024-11-15</c> or <c>none</c>; all rank by the fused score.</param>
/// <param name="ScoreThreshold">Lowest score that is shown, 0 to 1; the default is 0.</param>
/// <param name="HybridSearch">Ours in a search, as in OpenAI's <c>file_search</c>: how much the two rankings count.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record RankingOptions(string? Ranker, double? ScoreThreshold, HybridWeights? HybridSearch)
{
    private static readonly string[] Rankers = ["auto", "default-2024-11-15", "none"];

    /// <exception cref="ApiException">A field is malformed (400).</exception>
    public void Check()
    {
        if (Ranker is not null && !Rankers.Contains(Ranker))
        {
            throw new ApiException(ApiErrors.BadRequest(
                $"Invalid 'ranking_options.ranker': expected one of {string.Join(", ", Rankers)}.", "ranking_options.ranker"));
        }

        if (ScoreThreshold is < 0 or > 1)
        {
            throw new ApiException(ApiErrors.BadRequest("Invalid 'ranking_options.score_threshold': expected 0 to 1.", "ranking_options.score_threshold"));
        }

        if (HybridSearch is { } weights && (weights.EmbeddingWeight < 0 || weights.TextWeight < 0 || weights.EmbeddingWeight + weights.TextWeight <= 0))
        {
            throw new ApiException(ApiErrors.BadRequest(
                "Invalid 'ranking_options.hybrid_search': expected weights of 0 or more, not both 0.", "ranking_options.hybrid_search"));
        }
    }
}

/// <param name="EmbeddingWeight">How much likeness of meaning counts.</param>
/// <param name="TextWeight">How much words in common count.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record HybridWeights(double EmbeddingWeight, double TextWeight)
{
    /// <summary>
    /// Weights of the normalised scores: on SciFact, with the local embedding of 1,024 numbers, the best by cross-validation.
    /// </summary>
    public static readonly HybridWeights Default = new(0.2, 0.8);
}
