using System.Runtime.InteropServices;
using LlmGateway.Text.Similarity;

namespace LlmGateway.Text.Search;

/// <summary>Takes documents in one after another and makes a segment of them.</summary>
public sealed class TermSegmentBuilder(SearchLanguage language)
{
    private const int StopWord = -1;

    // Words repeat far more often than there are different ones: each is stemmed once.
    private readonly Dictionary<string, int> _words = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _terms = new(StringComparer.Ordinal);
    private readonly List<(int Term, int Document, ushort Occurrences)> _postings = [];
    private readonly List<int> _lengths = [];
    private readonly List<int> _postingsOfTerm = [];
    private readonly Dictionary<int, int> _counts = [];

    /// <summary>Documents so far.</summary>
    public int Count => _lengths.Count;

    public void Add(string text)
    {
        _counts.Clear();
        var length = 0;
        foreach (var word in Words.Of(text))
        {
            ref var term = ref CollectionsMarshal.GetValueRefOrAddDefault(_words, word, out var known);
            term = known ? term : Number(word);
            if (term != StopWord)
            {
                CollectionsMarshal.GetValueRefOrAddDefault(_counts, term, out _)++;
                length++;
            }
        }

        foreach (var (term, count) in _counts)
        {
            _postings.Add((term, _lengths.Count, (ushort)Math.Min(count, ushort.MaxValue)));
            _postingsOfTerm[term]++;
        }

        _lengths.Add(length);
    }

    /// <summary>Lays the postings out term by term, each term's in the order of the documents.</summary>
    public TermSegment Build()
    {
        var starts = new int[_terms.Count + 1];
        for (var term = 0; term < _terms.Count; term++)
        {
            starts[term + 1] = starts[term] + _postingsOfTerm[term];
        }

        var (documents, occurrences, next) = (new int[_postings.Count], new ushort[_postings.Count], starts.ToArray());
        foreach (var (term, document, count) in _postings)
        {
            var place = next[term]++;
            (documents[place], occurrences[place]) = (document, count);
        }

        return new TermSegment(_terms, starts, documents, occurrences, [.. _lengths]);
    }

    private int Number(string word)
    {
        if (language.Term(word) is not { } stem)
        {
            return StopWord;
        }

        ref var term = ref CollectionsMarshal.GetValueRefOrAddDefault(_terms, stem, out var known);
        if (!known)
        {
            term = _terms.Count - 1;
            _postingsOfTerm.Add(0);
        }

        return term;
    }
}
