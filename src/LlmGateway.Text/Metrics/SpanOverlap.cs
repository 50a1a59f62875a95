namespace LlmGateway.Text.Metrics;

/// <summary>
/// How much of the wanted text was retrieved, and how much else: B. Smith and A. Troynikov, Evaluating Chunking Strategies for Retrieval
/// (Chroma technical report, 2024). The report speaks of tokens; its code, and this, measures characters, so that no figure depends on
/// a tokenizer. What overlapping chunks repeat is wanted once and paid for each time: it counts once in the intersection, and as
/// often as it came in what was retrieved.
/// </summary>
/// <param name="Recall">|wanted ∩ retrieved| / |wanted|.</param>
/// <param name="Precision">|wanted ∩ retrieved| / |retrieved|; 0 where nothing was retrieved.</param>
/// <param name="Iou">|wanted ∩ retrieved| / (|wanted| + |retrieved| − |wanted ∩ retrieved|).</param>
public sealed record SpanOverlap(double Recall, double Precision, double Iou)
{
    /// <param name="wanted">The passages that answer; they may overlap.</param>
    /// <param name="retrieved">The passages that came.</param>
    /// <returns>Null where nothing is wanted.</returns>
    public static SpanOverlap? Score(IReadOnlyList<DocumentSpan> wanted, IReadOnlyList<DocumentSpan> retrieved)
    {
        var goal = Union(wanted);
        var wantedLength = goal.Sum(span => span.Length);
        if (wantedLength == 0)
        {
            return null;
        }

        var shared = Union([.. goal.SelectMany(_ => retrieved, (span, other) => span.Intersect(other))]).Sum(span => span.Length);
        var retrievedLength = retrieved.Sum(span => span.Length);
        return new SpanOverlap(
            (double)shared / wantedLength,
            retrievedLength == 0 ? 0 : (double)shared / retrievedLength,
            (double)shared / (wantedLength + retrievedLength - shared));
    }

    /// <summary>The same characters, none of them twice.</summary>
    private static List<DocumentSpan> Union(IReadOnlyList<DocumentSpan> spans)
    {
        var union = new List<DocumentSpan>();
        foreach (var span in spans.Where(span => span.Length > 0).OrderBy(span => span.Document, StringComparer.Ordinal).ThenBy(span => span.Start))
        {
            if (union.Count > 0 && union[^1] is var last && last.Document == span.Document && span.Start <= last.End)
            {
                union[^1] = last with { End = Math.Max(last.End, span.End) };
            }
            else
            {
                union.Add(span);
            }
        }

        return union;
    }
}

/// <summary>A passage of a document.</summary>
/// <param name="Document">Which one.</param>
/// <param name="Start">Its first character.</param>
/// <param name="End">Behind its last character.</param>
public readonly record struct DocumentSpan(string Document, int Start, int End)
{
    public long Length => Math.Max(0, End - Start);

    /// <summary>What two passages share; empty for those of two documents.</summary>
    public DocumentSpan Intersect(DocumentSpan other) =>
        other.Document == Document ? new(Document, Math.Max(Start, other.Start), Math.Min(End, other.End)) : new(Document, 0, 0);
}
