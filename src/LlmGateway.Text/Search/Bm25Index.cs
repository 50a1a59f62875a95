using System.Buffers;

namespace LlmGateway.Text.Search;

/// <summary>A document that a search found.</summary>
/// <param name="Document">Its place among the indexed texts, from 0.</param>
/// <param name="Score">Above 0; scores of different indexes do not compare.</param>
public readonly record struct SearchHit(int Document, float Score);

/// <param name="K1">How much a term's repetition counts, from 0.</param>
/// <param name="B">How much a long document is held against it, 0 to 1.</param>
public readonly record struct Bm25Parameters(float K1, float B)
{
    /// <summary>1.2 and .75.</summary>
    public static readonly Bm25Parameters Default = new(1.2f, 0.75f);
}

/// <summary>
/// An inverted index in memory, ranked by BM25: S. Robertson and H. Zaragoza, The Probabilistic Relevance Framework: BM25 and
/// Beyond (2009), with Lucene's idf, ln(1 + (N − n + ½)/(n + ½)), which is never negative, and as there without the constant
/// factor k₁ + 1. Documents that do not live count in nothing, so that scores are those of an index without them. It never
/// changes, and any number of threads search it.
/// </summary>
public sealed class Bm25Index
{
    private readonly IReadOnlyList<LiveSegment> _segments;
    private readonly SearchLanguage _language;
    private readonly int _live;
    private readonly float _averageLength;

    /// <param name="segments">Their documents are numbered one after another, from 0.</param>
    /// <param name="language">The language in which the segments were built; English if null.</param>
    public Bm25Index(IReadOnlyList<LiveSegment> segments, SearchLanguage? language = null)
    {
        ArgumentNullException.ThrowIfNull(segments);
        (_segments, _language) = (segments, language ?? SearchLanguage.English);
        var total = 0L;
        foreach (var (segment, live) in segments)
        {
            Count += segment.Count;
            for (var document = 0; document < segment.Count; document++)
            {
                if (live?[document] != false)
                {
                    _live++;
                    total += segment.Lengths[document];
                }
            }
        }

        _averageLength = _live == 0 ? 1 : Math.Max(1, (float)((double)total / _live));
    }

    /// <summary>Documents, those that do not live among them.</summary>
    public int Count { get; }

    /// <summary>What the index takes in memory, nearly.</summary>
    public long SizeBytes => _segments.Sum(entry => entry.Segment.SizeBytes + (entry.Live?.Length ?? 0));

    public static Bm25Index Build(IReadOnlyList<string> texts) => new([new LiveSegment(TermSegment.Build(texts))]);

    /// <summary>The documents that share a term with the query, best first; of equal ones the earlier comes first.</summary>
    /// <param name="query">What is looked for; a term that stands in it twice counts twice.</param>
    /// <param name="limit">How many to give at most.</param>
    /// <param name="parameters">BM25's constants; <see cref="Bm25Parameters.Default"/> if null.</param>
    /// <param name="wanted">Which documents may be given; null for all. It changes no score.</param>
    public IReadOnlyList<SearchHit> Search(string query, int limit, Bm25Parameters? parameters = null, bool[]? wanted = null)
    {
        var scores = ArrayPool<float>.Shared.Rent(Count);
        try
        {
            var ofAll = scores.AsSpan(0, Count);
            ofAll.Clear();
            foreach (var term in SearchTerms.Of(query, _language).CountBy(term => term, StringComparer.Ordinal))
            {
                Add(term.Key, term.Value, parameters ?? Bm25Parameters.Default, ofAll);
            }

            return Best(ofAll, limit, wanted);
        }
        finally
        {
            ArrayPool<float>.Shared.Return(scores);
        }
    }

    private void Add(string term, int times, Bm25Parameters parameters, Span<float> scores)
    {
        var frequency = _segments.Sum(entry => Frequency(entry, term));
        var idf = times * MathF.Log(1 + ((_live - frequency + 0.5f) / (frequency + 0.5f)));
        var (fixedPart, lengthPart) = (parameters.K1 * (1 - parameters.B), parameters.K1 * parameters.B / _averageLength);
        var first = 0;
        foreach (var (segment, live) in _segments)
        {
            if (segment.TryGet(term, out var documents, out var occurrences))
            {
                var ofSegment = scores.Slice(first, segment.Count);
                for (var place = 0; place < documents.Length; place++)
                {
                    var document = documents[place];
                    if (live is null || live[document])
                    {
                        float count = occurrences[place];
                        ofSegment[document] += idf * count / (count + fixedPart + (lengthPart * segment.Lengths[document]));
                    }
                }
            }

            first += segment.Count;
        }
    }

    private static int Frequency(LiveSegment entry, string term)
    {
        entry.Segment.TryGet(term, out var documents, out _);
        if (entry.Live is not { } live)
        {
            return documents.Length;
        }

        var count = 0;
        foreach (var document in documents)
        {
            count += live[document] ? 1 : 0;
        }

        return count;
    }

    private static SearchHit[] Best(ReadOnlySpan<float> scores, int limit, bool[]? wanted)
    {
        // The worst of those kept is first out; among equal ones that is the later document.
        var best = new PriorityQueue<SearchHit, (float Score, int Earliness)>();
        var lowest = limit > 0 ? 0f : float.PositiveInfinity;
        for (var document = 0; document < scores.Length; document++)
        {
            var score = scores[document];
            if (score <= lowest || wanted?[document] == false)
            {
                continue;
            }

            best.Enqueue(new SearchHit(document, score), (score, -document));
            if (best.Count > limit)
            {
                best.Dequeue();
            }

            lowest = best.Count == limit ? best.Peek().Score : 0;
        }

        var hits = new SearchHit[best.Count];
        for (var rank = hits.Length - 1; rank >= 0; rank--)
        {
            hits[rank] = best.Dequeue();
        }

        return hits;
    }
}
