namespace LlmGateway.Retrieval.Chunking;

/// <summary>Cuts a passage into pieces of so many tokens, each beginning with the last tokens of the one before.</summary>
internal static class TokenChunker
{
    public static IEnumerable<TextSpan> Cut(TokenMap tokens, TextSpan passage, int size, int overlap)
    {
        var start = passage.Start;
        while (start < passage.End)
        {
            var piece = new TextSpan(start, Math.Min(tokens.After(start, size), passage.End));
            if (!piece.IsBlankIn(tokens.Text))
            {
                yield return piece;
            }

            if (piece.End == passage.End)
            {
                yield break;
            }

            var next = tokens.StartOfLast(piece, overlap);
            start = next > piece.Start ? next : piece.End;
        }
    }
}
