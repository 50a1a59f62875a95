using LlmGateway.Text.Tokens;

namespace LlmGateway.Retrieval.Chunking;

/// <summary>
/// Cuts Markdown at its headings. A section that is too long is cut further, as <see cref="RecursiveChunker"/> does; each chunk says
/// which headings it is under, so that a passage about "Limits" is found by what has them.
/// </summary>
internal static class MarkdownChunker
{
    /// <summary>The path of headings may take a quarter of a chunk, the deepest of them first.</summary>
    private const int ContextShare = 4;

    public static IEnumerable<Passage> Cut(TokenMap tokens, ChunkingStrategy strategy, TokenCounter counter) =>
        MarkdownOutline.Sections(tokens.Text).SelectMany(section => CutSection(tokens, section, strategy, counter));

    private static IEnumerable<Passage> CutSection(TokenMap tokens, MarkdownSection section, ChunkingStrategy strategy, TokenCounter counter)
    {
        var limit = strategy.MaxChunkSizeTokens / ContextShare;
        var above = ContextOf(section.Above, limit, counter);
        var inside = ContextOf(section.Path, limit, counter);
        var size = strategy.MaxChunkSizeTokens - Math.Max(above.Tokens, inside.Tokens);
        foreach (var span in RecursiveChunker.Cut(tokens, section.Span, size, Math.Min(strategy.ChunkOverlapTokens, size / 2)))
        {
            // The section's first chunk holds its own heading already.
            yield return new Passage(span, span.Start == section.Span.Start ? above.Text : inside.Text);
        }
    }

    private static (string? Text, int Tokens) ContextOf(IReadOnlyList<string> titles, int limit, TokenCounter counter)
    {
        for (var first = 0; first < titles.Count; first++)
        {
            var text = string.Join(" > ", titles.Skip(first));
            var tokens = counter.Count(text) + 1;
            if (tokens <= limit)
            {
                return (text, tokens);
            }
        }

        return (null, 0);
    }
}
