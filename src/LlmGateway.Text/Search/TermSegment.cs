using System.Runtime.InteropServices;

namespace LlmGateway.Text.Search;

/// <summary>
/// A batch of documents as postings: for each term, which documents have it and how often. It never changes: an index grows by
/// segments, and merges small ones into larger.
/// </summary>
public sealed class TermSegment
{
    private readonly Dictionary<string, int> _terms;
    private readonly int[] _starts;
    private readonly int[] _documents;
    private readonly ushort[] _occurrences;

    internal TermSegment(Dictionary<string, int> terms, int[] starts, int[] documents, ushort[] occurrences, int[] lengths)
    {
        (_terms, _starts, _documents, _occurrences, Lengths) = (terms, starts, documents, occurrences, lengths);
        SizeBytes = (6L * documents.Length) + (4L * (starts.Length + lengths.Length)) + terms.Keys.Sum(term => 56L + (2 * term.Length));
    }

    /// <summary>Documents.</summary>
    public int Count => Lengths.Length;

    /// <summary>What it takes in memory, nearly.</summary>
    public long SizeBytes { get; }

    /// <summary>Terms in each document, repetitions included.</summary>
    internal int[] Lengths { get; }

    internal IReadOnlyDictionary<string, int> Terms => _terms;

    /// <param name="texts">The documents; read once.</param>
    /// <param name="language">Their language; English if null.</param>
    public static TermSegment Build(IEnumerable<string> texts, SearchLanguage? language = null)
    {
        ArgumentNullException.ThrowIfNull(texts);
        var builder = new TermSegmentBuilder(language ?? SearchLanguage.English);
        foreach (var text in texts)
        {
            builder.Add(text);
        }

        return builder.Build();
    }

    /// <summary>One segment of several, whose documents follow one another.</summary>
    /// <param name="segments">Each with which of its documents live; null for all. The others are left out.</param>
    public static TermSegment Merge(IReadOnlyList<LiveSegment> segments)
    {
        ArgumentNullException.ThrowIfNull(segments);
        var terms = new Dictionary<string, int>(StringComparer.Ordinal);
        var sizes = new List<int>();
        foreach (var (segment, live) in segments)
        {
            foreach (var (term, id) in segment._terms)
            {
                ref var merged = ref CollectionsMarshal.GetValueRefOrAddDefault(terms, term, out var known);
                if (!known)
                {
                    merged = sizes.Count;
                    sizes.Add(0);
                }

                sizes[merged] += segment.CountLive(id, live);
            }
        }

        var starts = new int[sizes.Count + 1];
        for (var term = 0; term < sizes.Count; term++)
        {
            starts[term + 1] = starts[term] + sizes[term];
        }

        return Fill(segments, terms, starts);
    }

    internal bool TryGet(string term, out ReadOnlySpan<int> documents, out ReadOnlySpan<ushort> occurrences)
    {
        if (!_terms.TryGetValue(term, out var id))
        {
            documents = [];
            occurrences = [];
            return false;
        }

        documents = Documents(id);
        occurrences = Occurrences(id);
        return true;
    }

    private static TermSegment Fill(IReadOnlyList<LiveSegment> segments, Dictionary<string, int> terms, int[] starts)
    {
        var (documents, occurrences, lengths, next) = (new int[starts[^1]], new ushort[starts[^1]], new List<int>(), starts.ToArray());
        foreach (var (segment, live) in segments)
        {
            // Where each document goes; -1 for those that are left out.
            var places = new int[segment.Count];
            for (var document = 0; document < places.Length; document++)
            {
                places[document] = live?[document] == false ? -1 : lengths.Count;
                if (places[document] >= 0)
                {
                    lengths.Add(segment.Lengths[document]);
                }
            }

            foreach (var (term, id) in segment._terms)
            {
                var from = segment.Documents(id);
                var counts = segment.Occurrences(id);
                ref var place = ref next[terms[term]];
                for (var posting = 0; posting < from.Length; posting++)
                {
                    if (places[from[posting]] >= 0)
                    {
                        (documents[place], occurrences[place]) = (places[from[posting]], counts[posting]);
                        place++;
                    }
                }
            }
        }

        return new TermSegment(terms, starts, documents, occurrences, [.. lengths]);
    }

    private ReadOnlySpan<int> Documents(int id) => _documents.AsSpan(_starts[id].._starts[id + 1]);

    private ReadOnlySpan<ushort> Occurrences(int id) => _occurrences.AsSpan(_starts[id].._starts[id + 1]);

    private int CountLive(int id, bool[]? live)
    {
        if (live is null)
        {
            return _starts[id + 1] - _starts[id];
        }

        var count = 0;
        foreach (var document in Documents(id))
        {
            count += live[document] ? 1 : 0;
        }

        return count;
    }
}

/// <param name="Segment">A segment.</param>
/// <param name="Live">Which of its documents count; null for all.</param>
public readonly record struct LiveSegment(TermSegment Segment, bool[]? Live = null);
