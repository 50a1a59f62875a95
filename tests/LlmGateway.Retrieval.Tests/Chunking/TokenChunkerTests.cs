using CsCheck;
using LlmGateway.Retrieval.Chunking;
using LlmGateway.Text.Tokens;

namespace LlmGateway.Retrieval.Tests.Chunking;

public sealed class TokenChunkerTests
{
    private static readonly TokenCounter Tokens = TokenCounter.ForModel("text-embedding-3-small");
    private static readonly string[] Parts = ["word ", "long-er ", "\n\n", "Ünïcödé ", "🦊", "数", "x", ". "];
    private static readonly Gen<string> Texts = Gen.Int[0, Parts.Length - 1].Array[1, 600].Select(chosen => string.Concat(chosen.Select(part => Parts[part])));

    [Fact]
    public void Nothing_but_white_space_is_left_out_and_no_chunk_is_too_long() => Texts.Sample(text =>
    {
        var strategy = new ChunkingStrategy(100, 20);
        var covered = 0;
        foreach (var span in TokenChunker.Cut(text, strategy, Tokens))
        {
            Assert.True(span.Start >= 0 && span.End <= text.Length && span.Length > 0);
            Assert.True(string.IsNullOrWhiteSpace(text[covered..Math.Max(covered, span.Start)]), "a gap holds text");
            Assert.InRange(Tokens.Count(text[span.Start..span.End]), 1, strategy.MaxChunkSizeTokens + 1);
            covered = span.End;
        }

        Assert.True(string.IsNullOrWhiteSpace(text[covered..]), "the rest holds text");
    });

    [Fact]
    public void A_chunk_begins_with_the_last_tokens_of_the_one_before()
    {
        var text = string.Join(' ', Enumerable.Range(0, 500).Select(number => $"w{number}"));
        var spans = TokenChunker.Cut(text, new ChunkingStrategy(100, 40), Tokens).ToList();
        Assert.All(spans.Zip(spans.Skip(1)), pair => Assert.InRange(Tokens.Count(text[pair.Second.Start..pair.First.End]), 39, 41));
    }

    [Fact]
    public void A_short_text_is_one_chunk() =>
        Assert.Equal([new TextSpan(0, 11)], TokenChunker.Cut("Only a line", ChunkingStrategy.Auto, Tokens));
}
