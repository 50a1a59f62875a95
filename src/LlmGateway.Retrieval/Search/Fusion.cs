namespace LlmGateway.Retrieval.Search;

/// <summary>
/// One ranking from two: each list's scores are scaled to 0 … 1 by their minimum and maximum, weighted and added, a chunk that a
/// list lacks counting as its minimum. S. Bruch, S. Gai and A. Ingber, An Analysis of Fusion Functions for Hybrid Retrieval (2023)
/// find this convex combination better than reciprocal ranks, and less in need of tuning.
/// </summary>
internal static class Fusion
{
    /// <param name="lists">The rankings with their weights, which are scaled to a sum of 1.</param>
    /// <returns>All chunks, best first; scores are 0 to 1. Equal ones stand in the order of the lists.</returns>
    public static IReadOnlyList<(ChunkKey Chunk, double Score)> Combine(params ReadOnlySpan<(IReadOnlyList<(ChunkKey Chunk, double Score)> Hits, double Weight)> lists)
    {
        var total = 0.0;
        foreach (var (_, weight) in lists)
        {
            total += weight;
        }

        var scores = new Dictionary<ChunkKey, double>();
        foreach (var (hits, weight) in lists)
        {
            Add(scores, hits, weight / total);
        }

        return [.. scores.Select(entry => (entry.Key, entry.Value)).OrderByDescending(entry => entry.Value)];
    }

    private static void Add(Dictionary<ChunkKey, double> scores, IReadOnlyList<(ChunkKey Chunk, double Score)> hits, double weight)
    {
        if (hits.Count == 0)
        {
            return;
        }

        var (lowest, highest) = (hits.Min(hit => hit.Score), hits.Max(hit => hit.Score));
        foreach (var (chunk, score) in hits)
        {
            var scaled = highest > lowest ? (score - lowest) / (highest - lowest) : 1;
            scores[chunk] = scores.GetValueOrDefault(chunk) + (weight * scaled);
        }
    }
}
