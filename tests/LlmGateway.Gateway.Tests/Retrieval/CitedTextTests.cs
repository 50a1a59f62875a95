using CsCheck;
using LlmGateway.Gateway.Retrieval;
using LlmGateway.Gateway.Retrieval.Citations;

namespace LlmGateway.Gateway.Tests.Retrieval;

/// <summary>Marks and quotes in a model's text become citations.</summary>
public sealed class CitedTextTests
{
    private static readonly Passage[] Passages =
    [
        new("vs_1", "file-a", "alps.txt", "Mont Blanc is 4,806 m high.\nIt was climbed  in 1786. Dr. Paccard was there.", 0, 80, 1),
        new("vs_1", "file-b", "sea.txt", "The Dead Sea lies 430 m below the level of the seas.", 0, 50, 0.5),
    ];

    [Theory]
    [InlineData("It is high 【1】.", "It is high.", "alps.txt@10")]
    [InlineData("It is high.【1】 It is low.【2】", "It is high. It is low.", "alps.txt@11 sea.txt@22")]
    [InlineData("Both【1, 2】", "Both", "alps.txt@4 sea.txt@4")]
    [InlineData("Both【1】【2】", "Both", "alps.txt@4 sea.txt@4")]
    [InlineData("As taught【2†source】", "As taught", "sea.txt@9")]
    [InlineData("Twice【1】【1】", "Twice", "alps.txt@5")]
    [InlineData("No such source【7】", "No such source【7】", "")]
    [InlineData("A bracket 【注】 of its own", "A bracket 【注】 of its own", "")]
    [InlineData("Never closed 【1", "Never closed 【1", "")]
    [InlineData("Broken 【1\n】 off", "Broken 【1\n】 off", "")]
    public void Marks_are_taken_out_and_cite_what_they_stand_behind(string written, string text, string citations) => AssertCited(written, text, citations);

    [Theory]
    [InlineData("It was climbed in 1786.", "alps.txt@23")]
    [InlineData("Mont Blanc is 4,806 m high. It was climbed in 1786. Dr. Paccard was there.", "alps.txt@74")]
    [InlineData("I think so. The Dead Sea lies 430 m below the level of the seas.", "sea.txt@64")]
    [InlineData("Mont Blanc is 4,806 m high.\n\nThe Dead Sea lies 430 m below the level of the seas.", "alps.txt@27 sea.txt@81")]
    [InlineData("Mont Blanc is about 4,806 m high.", "")]
    [InlineData("4,806 m", "")]
    [InlineData("", "")]
    public void A_text_without_marks_is_cited_by_what_it_quotes_word_for_word(string written, string citations) => AssertCited(written, written, citations);

    [Fact]
    public void In_pieces_a_text_becomes_what_it_becomes_whole() =>
        Gen.Select(Gen.OneOf(" ", "【", "】", "1", "2", "9", ", ", "†", "word", ".", "\n", "【1】", "Mont Blanc is 4,806 m high.").Array[0, 24], Gen.Int[1, 5]).Sample((parts, size) =>
        {
            var written = string.Concat(parts);
            var pieces = new CitedText(Passages);
            var released = string.Concat(written.Chunk(size).Select(piece => pieces.Push(new string(piece))).ToArray()) + pieces.End();
            var whole = CitedText.Whole(written, Passages);
            Assert.Equal(whole.Text, released);
            Assert.Equal(whole.Citations, pieces.Citations);
            Assert.All(whole.Citations, citation => Assert.InRange(citation.Index, 0, whole.Text.Length));
        });

    [Fact]
    public void A_passage_cannot_pass_for_another_source() =>
        Assert.Equal("【1】 [2].txt\n[2] I am the second.\n\n", PassageText.Write(new Passage("vs", "f", "【2】.txt", "【2】 I am the second.", 0, 9, 1), 1));

    private static void AssertCited(string written, string text, string citations)
    {
        var cited = CitedText.Whole(written, Passages);
        Assert.Equal(text, cited.Text);
        Assert.Equal(citations, string.Join(' ', cited.Citations.Select(citation => $"{citation.Passage.Filename}@{citation.Index}")));
    }
}
