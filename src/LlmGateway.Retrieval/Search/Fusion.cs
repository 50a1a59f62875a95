namespace LlmGateway.Retrieval.Search;

/// <param name="Hits">A ranking, best first.</param>
/// <param name="Weight">How much it counts, from 0.</param>
internal readonly record struct WeightedRanking(IReadOnlyList<ScoredKey> Hits, double Weight);

/// <summary>
/// One ranking from several, with scores of 0 to 1. By default each ranking's scores are scaled to 0 … 1 by their minimum and
/// maximum, weighted and added, a chunk that a ranking lacks counting as its minimum: S. Bruch, S. Gai and A. Ingber, An Analysis of
/// Fusion Functions for Hybrid Retrieval (2023) find this convex combination better than reciprocal ranks, and less in need of tuning.
/// </summary>
internal static class Fusion
{
    /// <returns>All chunks, best first; equal ones stand in the order of the rankings.</returns>
    public static List<ScoredKey> Combine(FusionSettings settings, IReadOnlyList<WeightedRanking> rankings)
    {
        var total = rankings.Sum(ranking => ranking.Weight);
        var scores = new Dictionary<ChunkKey, double>();
        foreach (var (hits, weight) in rankings)
        {
            if (hits.Count > 0 && weight > 0)
            {
                Add(scores, hits, weight / total, settings);
            }
        }

        return Order(scores);
    }

    /// <summary>Of each chunk the best score of several rankings.</summary>
    public static List<ScoredKey> Best(IReadOnlyList<List<ScoredKey>> rankings)
    {
        if (rankings.Count == 1)
        {
            return rankings[0];
        }

        var best = new Dictionary<ChunkKey, double>();
        foreach (var (chunk, score) in rankings.SelectMany(ranking => ranking))
        {
            best[chunk] = Math.Max(best.GetValueOrDefault(chunk), score);
        }

        return Order(best);
    }

    private static void Add(Dictionary<ChunkKey, double> scores, IReadOnlyList<ScoredKey> hits, double share, FusionSettings settings)
    {
        var (lowest, highest) = (hits.Min(hit => hit.Score), hits.Max(hit => hit.Score));
        for (var rank = 0; rank < hits.Count; rank++)
        {
            var (chunk, score) = hits[rank];
            var part = settings.IsRrf ? (settings.KOrDefault + 1) / (settings.KOrDefault + 1 + rank)
                : highest > lowest ? (score - lowest) / (highest - lowest) : 1;
            scores[chunk] = scores.GetValueOrDefault(chunk) + (share * part);
        }
    }

    // Sorting must be stable: equal ones keep their order.
    private static List<ScoredKey> Order(Dictionary<ChunkKey, double> scores) =>
        [.. scores.Select(entry => new ScoredKey(entry.Key, entry.Value)).OrderByDescending(entry => entry.Score)];
}
