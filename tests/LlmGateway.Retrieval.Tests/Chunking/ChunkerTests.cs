using CsCheck;
using LlmGateway.Retrieval.Chunking;
using LlmGateway.Retrieval.Extraction;
using LlmGateway.Text.Tokens;

namespace LlmGateway.Retrieval.Tests.Chunking;

public sealed class ChunkerTests
{
    /// <summary>A passage that is counted alone may have a token more at each end than within its text.</summary>
    private const int Edges = 2;

    private static readonly TokenCounter Tokens = TokenCounter.ForModel("text-embedding-3-small");

    private static readonly string[] Parts =
        ["word ", "long-er ", "\n\n", "\r\n", "Ünïcödé ", "🦊", "👩‍👩‍👧", "数", "文。", "x", ". ", "End! ", "\n# Title\n", "\n## Part ##\n", "\nOver\n====\n", "> ", "- ", "\t"];

    private static readonly Gen<string> Texts = Gen.Int[0, Parts.Length - 1].Array[1, 500].Select(chosen => string.Concat(chosen.Select(part => Parts[part])));

    public static TheoryData<string> Strategies() => [.. ChunkingStrategy.Types];

    [Theory]
    [MemberData(nameof(Strategies))]
    public void Nothing_but_white_space_is_left_out_no_character_is_cut_and_no_chunk_is_too_long(string type) => Gen.Select(Texts, Gen.Int[20, 120], Gen.Int[0, 10]).Sample((text, size, overlap) =>
    {
        var covered = 0;
        foreach (var passage in Chunker.Cut(text, new ChunkingStrategy(type, size, overlap, 2 * size), Tokens))
        {
            var span = passage.Span;
            Assert.True(span.Start >= 0 && span.Length > 0 && span.End <= text.Length, $"{span}");
            Assert.True(string.IsNullOrWhiteSpace(text[covered..Math.Max(covered, span.Start)]), "a gap holds text");
            Assert.False(char.IsLowSurrogate(text[span.Start]) || char.IsHighSurrogate(text[span.End - 1]), "a character is cut");
            Assert.InRange(Tokens.Count(passage.TextIn(text)), 1, size + Edges);
            Assert.EndsWith(text[span.Start..span.End], passage.TextIn(text), StringComparison.Ordinal);
            Assert.True(passage.Parent is not { } parent || (parent.Start <= span.Start && span.End <= parent.End), "a child leaves its parent");
            covered = Math.Max(covered, span.End);
        }

        Assert.True(string.IsNullOrWhiteSpace(text[covered..]), "the rest holds text");
    }, iter: 100);

    [Theory]
    [MemberData(nameof(Strategies))]
    public void The_same_text_is_always_cut_in_the_same_way(string type) => Texts.Sample(text =>
    {
        var strategy = new ChunkingStrategy(type, 40, 10, 80);
        return Chunker.Cut(text, strategy, Tokens).SequenceEqual(Chunker.Cut(text, strategy, Tokens));
    }, iter: 20);

    [Fact]
    public void A_static_chunk_begins_with_the_last_tokens_of_the_one_before()
    {
        var text = string.Join(' ', Enumerable.Range(0, 500).Select(number => $"w{number}"));
        var spans = Cut(text, ChunkingStrategy.Static, 100, 40);
        Assert.All(spans.Zip(spans.Skip(1)), pair => Assert.InRange(Tokens.Count(text[pair.Second.Start..pair.First.End]), 39, 41));
        Assert.All(spans.SkipLast(1), span => Assert.InRange(Tokens.Count(text[span.Start..span.End]), 99, 101));
    }

    [Fact]
    public void A_short_text_is_one_chunk() =>
        Assert.Equal(new TextSpan(0, 11), Assert.Single(Chunker.Cut("Only a line", ChunkingStrategy.Auto, Tokens)).Span);

    [Fact]
    public void Recursive_keeps_paragraphs_whole_and_cuts_the_long_ones_at_their_sentences()
    {
        var sentences = string.Concat(Enumerable.Range(0, 12).Select(number => $"Sentence number {number} says little. "));
        var chunks = Texted($"A first paragraph.\n\n{sentences}\n\nA last paragraph.", ChunkingStrategy.Recursive, 40, 0);
        Assert.Equal("A first paragraph.", chunks[0]);
        Assert.Equal("A last paragraph.", chunks[^1]);
        Assert.All(chunks[1..^1], chunk => Assert.Matches(@"^Sentence number [\s\S]*little\.$", chunk));
    }

    [Fact]
    public void Sentences_stay_whole()
    {
        var text = "Dr. Smith came at 3.14 p.m. today. He saw J. R. Hartley! \"Is it so?\" he asked. It was, e.g. here. 文章。文章。";
        Assert.Equal(
            ["Dr. Smith came at 3.14 p.m. today. ", "He saw J. R. Hartley! ", "\"Is it so?\" he asked. ", "It was, e.g. here. ", "文章。", "文章。"],
            TextBoundaries.Sentences(text, new TextSpan(0, text.Length)).Select(span => text[span.Start..span.End]));
        Assert.Equal("Dr. Smith came at 3.14 p.m. today.", Texted(text, ChunkingStrategy.Sentence, 20, 0)[0]);
    }

    [Fact]
    public void The_last_sentences_come_again_as_overlap()
    {
        var text = string.Concat(Enumerable.Range(100, 30).Select(number => $"Here is sentence {number}. "));
        var chunks = Texted(text, ChunkingStrategy.Sentence, 20, 8);
        Assert.InRange(chunks.Count, 8, 30);
        Assert.All(chunks.Zip(chunks.Skip(1)), pair => Assert.EndsWith(pair.Second[..pair.Second.IndexOf('.')] + ".", pair.First, StringComparison.Ordinal));
    }

    [Fact]
    public void Markdown_is_cut_at_headings_and_each_chunk_says_what_it_is_under()
    {
        const string Text = "Before.\n\n# Guide\n\n## Limits\n\nTen calls a second.\n\n```\n# not a heading\n```\n\nUsage\n-----\n\nCall it.\n";
        var chunks = Chunker.Cut(Text, new ChunkingStrategy(ChunkingStrategy.Markdown, 60, 0), Tokens).ToList();
        Assert.Equal(
            ["Before.", "# Guide\n\n## Limits\n\nTen calls a second.\n\n```\n# not a heading\n```", "Guide\n\nUsage\n-----\n\nCall it."],
            chunks.Select(chunk => chunk.TextIn(Text)));
        var long_ = "# Guide\n\n## Limits\n\n" + string.Concat(Enumerable.Range(0, 30).Select(number => $"Rule {number} is short.\n\n"));
        var parts = Chunker.Cut(long_, new ChunkingStrategy(ChunkingStrategy.Markdown, 60, 0), Tokens).ToList();
        Assert.Null(parts[0].Context);
        Assert.All(parts.Skip(1), part => Assert.Equal("Guide > Limits", part.Context));
    }

    [Fact]
    public void Markdown_that_is_nested_without_end_is_refused() =>
        Assert.Equal("invalid_file", Assert.Throws<UnreadableFileException>(
            () => Chunker.Cut(new string('>', 100_000) + " deep", new ChunkingStrategy(ChunkingStrategy.Markdown, 100, 0), Tokens).ToList()).Code);

    [Fact]
    public void Children_of_a_parent_share_it()
    {
        var text = string.Concat(Enumerable.Range(0, 60).Select(number => $"Paragraph {number} says something of its own.\n\n"));
        var chunks = Chunker.Cut(text, new ChunkingStrategy(ChunkingStrategy.ParentChild, 30, 0, 120), Tokens).ToList();
        var parents = chunks.Select(chunk => chunk.Parent!.Value).Distinct().ToList();
        Assert.InRange(parents.Count, 3, chunks.Count / 3);
        Assert.All(parents, parent => Assert.InRange(Tokens.Count(text[parent.Start..parent.End]), 60, 122));
    }

    private static List<TextSpan> Cut(string text, string type, int size, int overlap) =>
        [.. Chunker.Cut(text, new ChunkingStrategy(type, size, overlap), Tokens).Select(passage => passage.Span)];

    private static List<string> Texted(string text, string type, int size, int overlap) => [.. Cut(text, type, size, overlap).Select(span => text[span.Start..span.End])];
}
