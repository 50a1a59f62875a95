using LlmGateway.Text.Search;

namespace LlmGateway.Retrieval.Search;

/// <summary>A process's copy of a store's words: an inverted index, and which chunk each of its documents is.</summary>
/// <param name="Version">The version of the store that it is of.</param>
/// <param name="Index">Ranked by BM25.</param>
/// <param name="Chunks">The chunk of each document.</param>
internal sealed record LexicalIndex(long Version, Bm25Index Index, IReadOnlyList<ChunkKey> Chunks)
{
    private const int BytesOfKey = 80;

    public long SizeBytes => Index.SizeBytes + ((long)Chunks.Count * BytesOfKey);

    /// <summary>The chunks that share a word with the query, best first.</summary>
    public IEnumerable<ScoredKey> Search(string query, Func<string, bool> isWanted, int limit)
    {
        // Without a filter the few best are enough; with one they may all be others'.
        var few = Index.Search(query, limit);
        var wanted = few.Count(hit => isWanted(Chunks[hit.Document].FileRowId));
        var hits = wanted < limit && few.Count == limit ? Index.Search(query, Index.Count) : few;
        return hits.Where(hit => isWanted(Chunks[hit.Document].FileRowId)).Take(limit).Select(hit => new ScoredKey(Chunks[hit.Document], hit.Score));
    }
}
