using System.Buffers;
using System.Runtime.InteropServices;

namespace LlmGateway.Text.Search;

/// <summary>A document that a search found.</summary>
/// <param name="Document">Its place among the indexed texts, from 0.</param>
/// <param name="Score">Above 0; scores of different indexes do not compare.</param>
public readonly record struct SearchHit(int Document, float Score);

/// <summary>
/// An inverted index in memory, ranked by BM25: S. Robertson and H. Zaragoza, The Probabilistic Relevance Framework: BM25 and
/// Beyond (2009), with Lucene's idf, ln(1 + (N − n + ½)/(n + ½)), which is never negative, and as there without the constant
/// factor k₁ + 1. It never changes, and any number of threads search it.
/// </summary>
public sealed class Bm25Index
{
    private const float K1 = 1.2f;
    private const float B = 0.75f;

    private readonly Dictionary<string, int> _terms;
    private readonly int[] _starts;
    private readonly int[] _documents;
    private readonly float[] _weights;

    private Bm25Index(int count, Dictionary<string, int> terms, int[] starts, int[] documents, float[] weights)
    {
        Count = count;
        (_terms, _starts, _documents, _weights) = (terms, starts, documents, weights);
    }

    /// <summary>Documents.</summary>
    public int Count { get; }

    /// <summary>What the index takes in memory, nearly.</summary>
    public long SizeBytes => (8L * _documents.Length) + (4L * _starts.Length) + _terms.Keys.Sum(term => 56L + (2 * term.Length));

    public static Bm25Index Build(IReadOnlyList<string> texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        var terms = new Dictionary<string, int>(StringComparer.Ordinal);
        var lengths = new int[texts.Count];
        var postings = new List<(int Term, int Document, int Occurrences)>();
        var counts = new Dictionary<int, int>();
        for (var document = 0; document < texts.Count; document++)
        {
            counts.Clear();
            foreach (var term in SearchTerms.Of(texts[document]))
            {
                ref var id = ref CollectionsMarshal.GetValueRefOrAddDefault(terms, term, out var known);
                id = known ? id : terms.Count - 1;
                CollectionsMarshal.GetValueRefOrAddDefault(counts, id, out _)++;
                lengths[document]++;
            }

            postings.AddRange(counts.Select(count => (count.Key, document, count.Value)));
        }

        return Arrange(terms, lengths, postings);
    }

    /// <summary>The documents that share a term with the query, best first; of equal ones the earlier comes first.</summary>
    /// <param name="query">What is looked for; a term that stands in it twice counts twice.</param>
    /// <param name="limit">How many to give at most.</param>
    public IReadOnlyList<SearchHit> Search(string query, int limit)
    {
        var scores = ArrayPool<float>.Shared.Rent(Count);
        try
        {
            var ofAll = scores.AsSpan(0, Count);
            ofAll.Clear();
            foreach (var term in SearchTerms.Of(query))
            {
                if (_terms.TryGetValue(term, out var id))
                {
                    Add(id, ofAll);
                }
            }

            return Best(ofAll, limit);
        }
        finally
        {
            ArrayPool<float>.Shared.Return(scores);
        }
    }

    /// <summary>Lays the postings out term by term, with the score that each adds to its document.</summary>
    private static Bm25Index Arrange(Dictionary<string, int> terms, int[] lengths, List<(int Term, int Document, int Occurrences)> postings)
    {
        var starts = new int[terms.Count + 1];
        foreach (var (term, _, _) in postings)
        {
            starts[term + 1]++;
        }

        for (var term = 0; term < terms.Count; term++)
        {
            starts[term + 1] += starts[term];
        }

        var average = lengths.Length == 0 ? 1 : Math.Max(1, (float)lengths.Average());
        var (documents, weights, next) = (new int[postings.Count], new float[postings.Count], starts.ToArray());
        foreach (var (term, document, occurrences) in postings)
        {
            var frequency = starts[term + 1] - starts[term];
            var idf = MathF.Log(1 + ((lengths.Length - frequency + 0.5f) / (frequency + 0.5f)));
            var place = next[term]++;
            documents[place] = document;
            weights[place] = idf * occurrences / (occurrences + (K1 * (1 - B + (B * lengths[document] / average))));
        }

        return new Bm25Index(lengths.Length, terms, starts, documents, weights);
    }

    private void Add(int term, Span<float> scores)
    {
        for (var place = _starts[term]; place < _starts[term + 1]; place++)
        {
            scores[_documents[place]] += _weights[place];
        }
    }

    private static SearchHit[] Best(ReadOnlySpan<float> scores, int limit)
    {
        // The worst of those kept is first out; among equal ones that is the later document.
        var best = new PriorityQueue<SearchHit, (float Score, int Earliness)>();
        for (var document = 0; document < scores.Length; document++)
        {
            if (scores[document] > 0 && (best.Count < limit || (limit > 0 && scores[document] > best.Peek().Score)))
            {
                if (best.Count == limit)
                {
                    best.Dequeue();
                }

                best.Enqueue(new SearchHit(document, scores[document]), (scores[document], -document));
            }
        }

        var hits = new SearchHit[best.Count];
        for (var rank = hits.Length - 1; rank >= 0; rank--)
        {
            hits[rank] = best.Dequeue();
        }

        return hits;
    }
}
