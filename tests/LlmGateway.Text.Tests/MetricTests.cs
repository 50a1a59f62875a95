using LlmGateway.Text.Metrics;

namespace LlmGateway.Text.Tests;

/// <summary>Metrics against examples that their sources publish.</summary>
public sealed class MetricTests
{
    private const string Fox = "The quick brown fox jumps over the lazy dog";

    // NLTK's examples, after Papineni et al. 2002.
    private static readonly string[] Guide = "It is a guide to action which ensures that the military always obeys the commands of the party".Split(' ');
    private static readonly string[] ForeverHeed = "It is a guide to action that ensures that the military will forever heed Party commands".Split(' ');

    /// <summary>The README of google-research's rouge_score.</summary>
    [Fact]
    public void Rouge_is_that_of_rouge_scores_example()
    {
        var (candidate, reference) = (MetricWords.Of("The quick brown dog jumps on the log."), MetricWords.Of(Fox));
        Assert.Equal(0.70588, Rouge.N(candidate, reference, 1), 0.00001);
        Assert.Equal(0.58824, Rouge.L(candidate, reference), 0.00001);
        Assert.Equal(1, Rouge.N(reference, reference, 5), 1e-12);
        Assert.Equal(0, Rouge.N(candidate, [], 2));
    }

    /// <summary>NLTK, <c>nltk.translate.bleu_score</c>: this candidate against this reference alone, where each order has a match.</summary>
    [Fact]
    public void Bleu_is_the_geometric_mean_of_four_precisions()
    {
        // 11, 8, 6 and 4 shared runs of 18, 17, 16 and 15; the candidate is longer than the reference.
        Assert.Equal(Math.Pow(11.0 / 18 * 8 / 17 * 6 / 16 * 4 / 15, 0.25), Bleu.Score(Guide, ForeverHeed), 1e-12);
        Assert.Equal(1, Bleu.Score(Guide, Guide), 1e-12);
        Assert.Equal(0, Bleu.Score(["nothing"], Guide));
    }

    [Fact]
    public void Bleu_smooths_orders_without_a_match_and_punishes_brevity()
    {
        // Two of three words, one of two pairs is missing: (2/3 · ½/2 · ¼/1)^⅓, times e^(1−4/3).
        Assert.Equal(Math.Exp(1 - (4.0 / 3)) * Math.Pow(2.0 / 3 * 0.5 / 2 * 0.25 / 1, 1.0 / 3), Bleu.Score(["a", "x", "b"], ["a", "b", "c", "d"]), 1e-12);
    }

    [Fact]
    public void Gleu_is_the_lesser_of_precision_and_recall()
    {
        // 29 shared runs of 66 in the candidate and 58 in the reference.
        Assert.Equal(29.0 / 66, Gleu.Score(Guide, ForeverHeed), 1e-12);
        Assert.Equal(29.0 / 66, Gleu.Score(ForeverHeed, Guide), 1e-12);
    }

    /// <summary>The examples of Wikipedia's article on METEOR, whose parameters are those of the paper.</summary>
    [Theory]
    [InlineData("the cat sat on the mat", 0.9977)]
    [InlineData("the cat was sat on the mat", 0.9654)]
    [InlineData("on the mat sat the cat", 0.5)]
    public void Meteor_is_that_of_the_examples(string candidate, double expected) =>
        Assert.Equal(expected, Meteor.Score(MetricWords.Of(candidate), MetricWords.Of("the cat sat on the mat")), 0.00005);

    /// <summary>
    /// Worked by hand: "the" goes with the second of the reference, by which it crosses nothing: 3 of 3 and of 6 words in two chunks,
    /// 10·½ / (½ + 9) · (1 − ½·(2/3)³).
    /// </summary>
    [Fact]
    public void Meteor_aligns_with_the_fewest_crossings() =>
        Assert.Equal(5 / 9.5 * (1 - (4 / 27.0)), Meteor.Score(["cat", "the", "mat"], ["the", "cat", "sat", "on", "the", "mat"]), 1e-12);

    [Theory]
    [InlineData("this is a test", "this is a test!", 0.96552)]
    [InlineData("", "", 1)]
    [InlineData("abc", "xyz", 0)]
    public void Fuzzy_match_is_RapidFuzzs_ratio(string a, string b, double expected) => Assert.Equal(expected, FuzzyMatch.Ratio(a, b), 0.00001);

    /// <summary>sacreBLEU's own tests (<c>test/test_chrf.py</c>), in its default mode: chrF3 of texts with their spaces.</summary>
    [Theory]
    [InlineData(
        "Die Beziehung zwischen Obama und Netanjahu ist nicht gerade freundlich.",
        "Das Verhältnis zwischen Obama und Netanyahu ist nicht gerade freundschaftlich.",
        67.3481606)]
    [InlineData(
        "risk assessment must be made of those who are qualified and expertise in the sector - these are the scientists .",
        "risk assessment has to be undertaken by those who are qualified and expert in that area - that is the scientists .",
        65.2414427)]
    public void ChrF_is_sacreBLEUs(string candidate, string reference, double expected) =>
        Assert.Equal(expected, 100 * Chrf.Score(candidate, reference, beta: 3, keepSpaces: true), 0.00001);

    /// <summary>The same tests of texts too short for all orders.</summary>
    [Theory]
    [InlineData("a", "a", 1)]
    [InlineData("", "reference", 0)]
    [InlineData("a b c", "abc", 1)]
    [InlineData("aa", "ab", 0.25)]
    public void ChrF_of_short_texts_is_sacreBLEUs(string candidate, string reference, double expected) =>
        Assert.Equal(expected, Chrf.Score(candidate, reference), 1e-12);

    /// <summary>The usual examples, of Wikipedia's article on the Levenshtein distance and of Wagner and Fischer's.</summary>
    [Theory]
    [InlineData("kitten", "sitting", 3)]
    [InlineData("Saturday", "Sunday", 3)]
    [InlineData("", "abc", 3)]
    [InlineData("flaw", "lawn", 2)]
    public void Levenshteins_distance(string a, string b, int expected) => Assert.Equal(expected, EditDistance.Levenshtein(a, b));

    [Theory]
    [InlineData("#### 18", 18.0)]
    [InlineData("from 1,250 to -1,234,567.5", -1234567.5)]
    [InlineData("1,2345", 2345.0)]
    [InlineData("pages 3-5", 5.0)]
    [InlineData("x = \u22120.5", -0.5)]
    [InlineData("1e-3", 0.001)]
    [InlineData("3/4 of it", 0.75)]
    [InlineData("18 on 3/4/2024", 18.0)]
    [InlineData("5/0", null)]
    [InlineData("It is .5.", 0.5)]
    [InlineData("none", null)]
    public void The_last_number_of_a_text(string text, double? expected) => Assert.Equal(expected, NumericAnswer.Last(text));

    [Theory]
    [InlineData("The  Eiffel-Tower!", "eiffeltower")]
    [InlineData("a cat, an owl and the dog", "cat owl and dog")]
    [InlineData("", "")]
    public void Squads_normal_form(string text, string expected) => Assert.Equal(expected, SquadAnswer.Normalize(text));
}
