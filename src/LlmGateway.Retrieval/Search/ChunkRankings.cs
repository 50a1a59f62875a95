using LlmGateway.Retrieval.Storage;
using LlmGateway.Retrieval.VectorStores;
using LlmGateway.Service;

namespace LlmGateway.Retrieval.Search;

/// <param name="Rows">The files that a filter passed; null for all.</param>
/// <param name="Of">How many files the store has.</param>
internal sealed record FileSelection(IReadOnlySet<string>? Rows, int Of)
{
    private const int Few = 20;

    /// <summary>Whether they are less than a twentieth, of which an approximate index would find too little.</summary>
    public bool IsNarrow => Rows is not null && Rows.Count * Few < Of;
}

/// <summary>Ranks a store's chunks by words and by vectors, and fuses the rankings.</summary>
internal sealed class ChunkRankings(LexicalCopies words, IChunkStore chunks, QueryEmbedding embedding)
{
    /// <returns>Best first.</returns>
    /// <exception cref="ApiException">The embedding model does not fit the store (400), or does not answer (502).</exception>
    public async Task<List<ScoredKey>> RankAsync(
        Caller caller, VectorStore store, QueryPlan plan, SearchConfiguration configuration, FileSelection files, CancellationToken cancellationToken)
    {
        var variants = plan.Questions.SelectMany(question => question).ToList();
        var copy = configuration.TextShare > 0 ? await words.GetAsync(store.Id, store.Version, cancellationToken) : null;
        var vectors = configuration.TextShare < 1 && store.Dimensions is not null
            ? await embedding.EmbedAsync(caller, store, [.. variants.Select(variant => variant.Embedded)], configuration, cancellationToken)
            : null;
        var (fused, number) = (new List<List<ScoredKey>>(), 0);
        foreach (var question in plan.Questions)
        {
            var ofQuestion = new List<WeightedRanking>();
            foreach (var variant in question)
            {
                if (copy is not null)
                {
                    ofQuestion.Add(new(copy.Search(variant.Text, files.Rows, configuration.CandidateCount, configuration.Bm25), configuration.TextShare));
                }

                if (vectors is not null)
                {
                    var query = new VectorQuery(store, files.Rows, configuration.CandidateCount, configuration.Exact == true || files.IsNarrow);
                    ofQuestion.Add(new(await chunks.SearchAsync(query, vectors[number], cancellationToken), 1 - configuration.TextShare));
                }

                number++;
            }

            fused.Add(Fusion.Combine(configuration.FusionOrDefault, ofQuestion));
        }

        return Fusion.Best(fused);
    }
}
