using LlmGateway.LocalModel;
using LlmGateway.Retrieval.Adapters;
using LlmGateway.Retrieval.Evaluations;
using LlmGateway.Retrieval.Search;
using LlmGateway.Text.Metrics;
using LlmGateway.Text.Search;
using LlmGateway.Text.Similarity;

namespace LlmGateway.Benchmarks.Retrieval;

/// <summary>Documents or chunks in memory, ranked by what a vector store's search ranks by.</summary>
internal sealed class Corpus
{
    private readonly IReadOnlyList<string> _ids;
    private readonly Bm25Index _index;
    private readonly float[][] _vectors;
    private readonly LinearAdapter? _adapter;
    private readonly IReadOnlyDictionary<string, DocumentSpan>? _spans;

    /// <param name="documents">The documents.</param>
    /// <param name="dimensions">Of <c>local/embedding</c>.</param>
    /// <param name="adapter">What a configuration with an adapter means; null for none.</param>
    /// <param name="spans">What each document is a passage of; null where documents are whole.</param>
    public Corpus(
        IReadOnlyList<(string Id, string Text)> documents, int dimensions, LinearAdapter? adapter = null, IReadOnlyDictionary<string, DocumentSpan>? spans = null)
    {
        (_ids, _index) = ([.. documents.Select(document => document.Id)], Bm25Index.Build([.. documents.Select(document => document.Text)]));
        _vectors = [.. documents.AsParallel().AsOrdered().Select(document => Embedder.Embed(document.Text, dimensions))];
        (_adapter, _spans) = (adapter, spans);
    }

    /// <summary>The two arms' candidates, fused as the configuration says.</summary>
    public IReadOnlyList<(DocumentSpan Span, double Score)> Rank(string query, SearchConfiguration configuration, int depth)
    {
        var parameters = configuration.Bm25 is { } bm25 ? new Bm25Parameters((float)(bm25.K1 ?? 1.2), (float)(bm25.B ?? 0.75)) : Bm25Parameters.Default;
        IReadOnlyList<ScoredKey> byWords = configuration.TextShare == 0 ? []
            : [.. _index.Search(query, configuration.CandidateCount, parameters).Select(hit => new ScoredKey(Key(hit.Document), hit.Score))];
        var byMeaning = configuration.TextShare == 1 ? [] : Nearest(Embed(query, configuration), configuration.CandidateCount);
        var fused = Fusion.Combine(
            configuration.FusionOrDefault, [new WeightedRanking(byWords, configuration.TextShare), new WeightedRanking(byMeaning, 1 - configuration.TextShare)]);
        // Chunks that are shown in the same passage are shown once.
        return [.. fused.Select(hit => (Span: _spans?[hit.Chunk.FileRowId] ?? new DocumentSpan(hit.Chunk.FileRowId, 0, 1), hit.Score)).DistinctBy(hit => hit.Span).Take(depth)];
    }

    /// <summary>An evaluation of judged queries, as the service makes it of its own searches.</summary>
    public EvaluationResult Evaluate(EvaluationPlan plan, IReadOnlyList<JudgedQuery> queries)
    {
        var searches = plan.Searches();
        foreach (var search in searches)
        {
            Rank(queries[0].Query!, search.Configuration!, plan.Depth);
        }

        return new EvaluationAnalysis(plan, [.. queries.Select(query => (IReadOnlyList<SearchOutcome>)[.. searches.Select(search =>
        {
            var start = TimeProvider.System.GetTimestamp();
            var ranking = Rank(query.Query!, search.Configuration!, plan.Depth);
            return SearchOutcome.Of(query, ranking, plan.K, (long)TimeProvider.System.GetElapsedTime(start).TotalMicroseconds, 0);
        })])]).Compute();
    }

    private float[] Embed(string query, SearchConfiguration configuration)
    {
        var vector = Embedder.Embed(query, _vectors[0].Length);
        return configuration.Adapter is null ? vector : _adapter!.Apply(vector);
    }

    private ScoredKey[] Nearest(float[] query, int count)
    {
        var best = new PriorityQueue<int, float>();
        for (var document = 0; document < _vectors.Length; document++)
        {
            best.Enqueue(document, Vectors.Dot(query, _vectors[document]));
            if (best.Count > count)
            {
                best.Dequeue();
            }
        }

        return [.. best.UnorderedItems.Select(item => new ScoredKey(Key(item.Element), item.Priority)).OrderByDescending(hit => hit.Score).ThenBy(hit => hit.Chunk.FileRowId, StringComparer.Ordinal)];
    }

    private ChunkKey Key(int document) => new(_ids[document], 0);
}
