namespace LlmGateway.Retrieval.Chunking;

/// <summary>
/// Cuts a passage at its largest boundaries: paragraphs, and those that are too long at their lines, those at their sentences, words,
/// and at last between tokens. Neighbours of one kind that fit go together.
/// </summary>
internal static class RecursiveChunker
{
    private static readonly Func<string, TextSpan, IEnumerable<TextSpan>>[] Boundaries =
        [TextBoundaries.Paragraphs, TextBoundaries.Lines, TextBoundaries.Sentences, TextBoundaries.Words];

    private static readonly int AtSentences = Array.IndexOf(Boundaries, TextBoundaries.Sentences);

    public static IEnumerable<TextSpan> Cut(TokenMap tokens, TextSpan passage, int size, int overlap) => Cut(tokens, passage, size, overlap, 0);

    /// <summary>The same without regard to paragraphs and lines: whole sentences, as long as they fit.</summary>
    public static IEnumerable<TextSpan> CutSentences(TokenMap tokens, TextSpan passage, int size, int overlap) => Cut(tokens, passage, size, overlap, AtSentences);

    private static IEnumerable<TextSpan> Cut(TokenMap tokens, TextSpan passage, int size, int overlap, int level)
    {
        if (tokens.Count(passage) <= size)
        {
            return passage.IsBlankIn(tokens.Text) ? [] : [passage];
        }

        return level == Boundaries.Length ? TokenChunker.Cut(tokens, passage, size, overlap) : CutAt(tokens, passage, size, overlap, level);
    }

    private static IEnumerable<TextSpan> CutAt(TokenMap tokens, TextSpan passage, int size, int overlap, int level)
    {
        var fitting = new List<TextSpan>();
        foreach (var piece in Boundaries[level](tokens.Text, passage))
        {
            if (tokens.Count(piece) <= size)
            {
                fitting.Add(piece);
                continue;
            }

            foreach (var packed in Pack(tokens, fitting, size, overlap).Concat(Cut(tokens, piece, size, overlap, level + 1)))
            {
                yield return packed;
            }

            fitting = [];
        }

        foreach (var packed in Pack(tokens, fitting, size, overlap))
        {
            yield return packed;
        }
    }

    /// <summary>Puts neighbours together as long as they fit; each group begins with the last pieces of the one before, up to the overlap.</summary>
    private static IEnumerable<TextSpan> Pack(TokenMap tokens, List<TextSpan> pieces, int size, int overlap)
    {
        for (var first = 0; first < pieces.Count;)
        {
            var behind = first + 1;
            while (behind < pieces.Count && tokens.Count(new TextSpan(pieces[first].Start, pieces[behind].End)) <= size)
            {
                behind++;
            }

            var packed = new TextSpan(pieces[first].Start, pieces[behind - 1].End);
            if (!packed.IsBlankIn(tokens.Text))
            {
                yield return packed;
            }

            first = behind == pieces.Count ? behind : WithOverlap(tokens, pieces, first, behind, size, overlap);
        }
    }

    /// <summary>The first piece of the next group: as far back as the overlap allows, if the piece that is new still fits.</summary>
    private static int WithOverlap(TokenMap tokens, List<TextSpan> pieces, int first, int behind, int size, int overlap)
    {
        var next = behind;
        while (next - 1 > first
            && tokens.Count(new TextSpan(pieces[next - 1].Start, pieces[behind - 1].End)) <= overlap
            && tokens.Count(new TextSpan(pieces[next - 1].Start, pieces[behind].End)) <= size)
        {
            next--;
        }

        return next;
    }
}
