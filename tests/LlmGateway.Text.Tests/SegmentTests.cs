using LlmGateway.Text.Search;

namespace LlmGateway.Text.Tests;

/// <summary>An index in segments ranks as one over the same documents.</summary>
public sealed class SegmentTests
{
    private static readonly string[] Texts =
    [
        "The cat sleeps on the sofa", "Dogs and cats sleep", "A ship sails the sea", "The sea is deep; the ship is not", "Cats cats cats", "Sleep is good", "", "A deep sleep at sea",
    ];

    [Fact]
    public void Segments_score_as_the_whole_does()
    {
        var whole = Bm25Index.Build(Texts);
        var inThree = new Bm25Index([new(TermSegment.Build(Texts[..3])), new(TermSegment.Build(Texts[3..4])), new(TermSegment.Build(Texts[4..]))]);
        foreach (var query in Texts.Where(text => text.Length > 0))
        {
            Assert.Equal(whole.Search(query, 10), inThree.Search(query, 10));
        }
    }

    [Fact]
    public void What_does_not_live_counts_in_nothing_and_a_merge_leaves_it_out()
    {
        bool[] live = [true, false, true, true, false, true, false, true];
        var left = Texts.Where((_, number) => live[number]).ToList();
        var expected = Bm25Index.Build(left).Search("cats sleep at sea", 10).Select(hit => (left[hit.Document], hit.Score));
        var (first, second) = (new LiveSegment(TermSegment.Build(Texts[..5]), live[..5]), new LiveSegment(TermSegment.Build(Texts[5..]), live[5..]));
        Assert.Equal(expected, new Bm25Index([first, second]).Search("cats sleep at sea", 10).Select(hit => (Texts[hit.Document], hit.Score)));

        var merged = TermSegment.Merge([first, second]);
        Assert.Equal(left.Count, merged.Count);
        Assert.Equal(expected, new Bm25Index([new(merged)]).Search("cats sleep at sea", 10).Select(hit => (left[hit.Document], hit.Score)));
    }

    [Fact]
    public void Documents_that_are_not_wanted_are_passed_over_and_change_no_score()
    {
        var index = Bm25Index.Build(Texts);
        var all = index.Search("sleep", 10);
        var wanted = new bool[Texts.Length];
        wanted[all[1].Document] = wanted[all[^1].Document] = true;
        Assert.Equal([all[1], all[^1]], index.Search("sleep", 2, wanted: wanted));
        Assert.Equal([all[1]], index.Search("sleep", 1, wanted: wanted));
        Assert.Empty(index.Search("sleep", 0));
    }

    [Fact]
    public void The_constants_are_the_searchs_choice()
    {
        var index = Bm25Index.Build(["cat dog", "cat cat cat mouse", "bird"]);

        // Without k1 a term counts once, however often it stands there; idf = ln(1 + 1.5/2.5).
        Assert.All(index.Search("cat", 10, new Bm25Parameters(0, 0.75f)), hit => Assert.Equal(0.470004, hit.Score, 5e-6));
        var noLengths = index.Search("cat", 10, new Bm25Parameters(1.2f, 0));
        Assert.Equal([0.470004 * 3 / 4.2, 0.470004 / 2.2], noLengths.Select(hit => (double)hit.Score), (a, b) => Math.Abs(a - b) < 5e-6);
    }

    [Theory]
    [InlineData("german", "Häuser", "haus"), InlineData("german", "Hauses", "haus"), InlineData("german", "Kindern", "kind"), InlineData("german", "und", null)]
    [InlineData("french", "chevaux", "cheval"), InlineData("french", "nationales", "national"), InlineData("french", "ville", "ville"), InlineData("french", "les", null)]
    [InlineData("spanish", "ciudades", "ciudad"), InlineData("spanish", "veces", "vez"), InlineData("spanish", "gatos", "gat"), InlineData("spanish", "está", null)]
    [InlineData("none", "Running", "running"), InlineData("none", "the", "the"), InlineData("english", "Running", "run")]
    public void A_language_has_stems_and_stop_words_of_its_own(string language, string word, string? term) =>
        Assert.Equal(term, SearchLanguage.Find(language)!.Term(word.ToLowerInvariant()));

    [Fact]
    public void Elided_words_are_none() => Assert.Equal(["homme", "aujourd", "hui"], SearchTerms.Of("L’homme d'aujourd'hui", SearchLanguage.Find("french")));
}
