using LlmGateway.Text.Tokens;

namespace LlmGateway.Retrieval.Chunking;

/// <summary>Cuts a text into pieces of so many tokens, each beginning with the last tokens of the one before.</summary>
internal static class TokenChunker
{
    /// <summary>No vocabulary has longer tokens on average; a piece is looked for within so many characters a token.</summary>
    private const int CharactersPerToken = 16;

    public static IEnumerable<TextSpan> Cut(string text, ChunkingStrategy strategy, TokenCounter tokens)
    {
        var start = 0;
        while (start < text.Length)
        {
            var window = text.Substring(start, Math.Min(text.Length - start, strategy.MaxChunkSizeTokens * CharactersPerToken));
            var length = tokens.Take(window, strategy.MaxChunkSizeTokens).Length;
            var end = start + Math.Max(length, 1);
            if (!string.IsNullOrWhiteSpace(text[start..end]))
            {
                yield return new TextSpan(start, end);
            }

            if (end >= text.Length)
            {
                yield break;
            }

            var overlap = tokens.StartOfLast(text[start..end], strategy.ChunkOverlapTokens);
            start = overlap == 0 ? end : start + overlap;
        }
    }
}
