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
    public void Meteor_is_that_of_the_examples(string candidate, double expected) =>
        Assert.Equal(expected, Meteor.Score(MetricWords.Of(candidate), MetricWords.Of("the cat sat on the mat")), 0.00005);

    [Theory]
    [InlineData("this is a test", "this is a test!", 0.96552)]
    [InlineData("", "", 1)]
    [InlineData("abc", "xyz", 0)]
    public void Fuzzy_match_is_RapidFuzzs_ratio(string a, string b, double expected) => Assert.Equal(expected, FuzzyMatch.Ratio(a, b), 0.00001);

    [Theory]
    [InlineData("The  Eiffel-Tower!", "eiffeltower")]
    [InlineData("a cat, an owl and the dog", "cat owl and dog")]
    [InlineData("", "")]
    public void Squads_normal_form(string text, string expected) => Assert.Equal(expected, SquadAnswer.Normalize(text));
}
