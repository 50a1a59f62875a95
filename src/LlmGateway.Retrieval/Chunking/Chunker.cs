using LlmGateway.Retrieval.Extraction;
using LlmGateway.Text.Tokens;

namespace LlmGateway.Retrieval.Chunking;

/// <summary>Cuts a text as a strategy says.</summary>
internal static class Chunker
{
    /// <summary>
    /// The passages in their order. The same text, strategy and vocabulary always give the same ones. Nothing but white space is left
    /// out. Tokens are counted in the whole text: a passage that is counted alone may have one more or less at each end.
    /// </summary>
    /// <exception cref="UnreadableFileException">It is Markdown that is nested too deeply.</exception>
    public static IEnumerable<Passage> Cut(string text, ChunkingStrategy strategy, TokenCounter counter)
    {
        var tokens = new TokenMap(text, counter);
        return CutWhole(tokens, strategy, counter).Select(passage => passage with { Span = passage.Span.TrimIn(text) });
    }

    private static IEnumerable<Passage> CutWhole(TokenMap tokens, ChunkingStrategy strategy, TokenCounter counter) =>
        strategy.Type switch
        {
            ChunkingStrategy.Static => Plain(TokenChunker.Cut(tokens, tokens.Whole, strategy.MaxChunkSizeTokens, strategy.ChunkOverlapTokens)),
            ChunkingStrategy.Recursive => Plain(RecursiveChunker.Cut(tokens, tokens.Whole, strategy.MaxChunkSizeTokens, strategy.ChunkOverlapTokens)),
            ChunkingStrategy.Sentence => Plain(RecursiveChunker.CutSentences(tokens, tokens.Whole, strategy.MaxChunkSizeTokens, strategy.ChunkOverlapTokens)),
            ChunkingStrategy.Markdown => MarkdownChunker.Cut(tokens, strategy, counter),
            ChunkingStrategy.ParentChild => CutChildren(tokens, strategy),
            _ => throw new ArgumentOutOfRangeException(nameof(strategy), strategy.Type, "unknown type"),
        };

    private static IEnumerable<Passage> CutChildren(TokenMap tokens, ChunkingStrategy strategy) =>
        from parent in RecursiveChunker.Cut(tokens, tokens.Whole, strategy.MaxParentSizeTokens, 0)
        from child in RecursiveChunker.Cut(tokens, parent, strategy.MaxChunkSizeTokens, strategy.ChunkOverlapTokens)
        select new Passage(child, Parent: parent);

    private static IEnumerable<Passage> Plain(IEnumerable<TextSpan> spans) => spans.Select(span => new Passage(span));
}
