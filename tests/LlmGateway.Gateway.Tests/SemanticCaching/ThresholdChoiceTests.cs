using CsCheck;
using LlmGateway.Gateway.SemanticCaching.Precision;
using LlmGateway.Statistics;

namespace LlmGateway.Gateway.Tests.SemanticCaching;

public sealed class ThresholdChoiceTests
{
    [Fact]
    public void Safe_takes_the_lowest_threshold_whose_lower_bound_reaches_the_target()
    {
        // Wilson's lower bound of 73 in 73 is 0.9500, of 72 in 72 it is 0.9493.
        Assert.Null(ThresholdChoice.Safe(Pairs(72, 0.9, true), 0.95, 0));
        var choice = ThresholdChoice.Safe(Pairs(73, 0.9, true), 0.95, 0);
        Assert.Equal(new ThresholdChoice(0.9, 73, 73), choice);
        Assert.Equal(0.95, choice!.Interval.Low, 0.0001);
    }

    [Fact]
    public void Safe_stops_above_what_was_wrong_and_never_goes_below_the_floor()
    {
        var pairs = Pairs(100, 0.95, true).Concat(Pairs(10, 0.9, false)).Concat(Pairs(100, 0.85, true)).ToList();
        Assert.Equal(0.95, ThresholdChoice.Safe(pairs, 0.95, 0)!.Threshold);
        Assert.Equal(0.85, ThresholdChoice.Safe(pairs, 0.9, 0)!.Threshold);
        Assert.Null(ThresholdChoice.Safe(pairs, 0.5, 0.96));
    }

    [Fact]
    public void Tighter_takes_the_lowest_threshold_at_which_the_pairs_meet_the_target()
    {
        Assert.Equal(0.95, ThresholdChoice.Tighter(Pairs(3, 0.95, true).Concat(Pairs(2, 0.9, false)), 0.95, 0.8));
        Assert.Equal(1, ThresholdChoice.Tighter(Pairs(3, 0.95, false).Concat(Pairs(1, 0.9, true)), 0.95, 0.8));
    }

    [Fact]
    public void A_threshold_for_sure_precision_keeps_its_promise_for_pairs_that_it_did_not_see()
    {
        // The chance that a pair at similarity s has the same answer is s itself: at 0.9 and above it is 0.95 on average.
        var random = new Random(7);
        var kept = 0;
        for (var run = 0; run < 100; run++)
        {
            var choice = ThresholdChoice.Safe(Draw(random, 5000), 0.9, 0);
            Assert.NotNull(choice);
            var fresh = Draw(random, 20_000).Where(pair => pair.Similarity >= choice.Threshold).ToList();
            kept += fresh.Count(pair => pair.Same) >= 0.9 * fresh.Count ? 1 : 0;
        }

        Assert.InRange(kept, 85, 100);
    }

    [Fact]
    public void What_a_choice_says_of_its_pairs_is_true() =>
        Gen.Select(Gen.Double[0, 1], Gen.Bool).Array[0, 300].Select(Gen.Double[0.5, 0.99], Gen.Double[0, 1]).Sample((drawn, target, floor) =>
        {
            var pairs = drawn.Select(pair => new JudgedSimilarity(pair.Item1, pair.Item2)).ToList();
            if (ThresholdChoice.Safe(pairs, target, floor) is { } choice)
            {
                var above = pairs.Where(pair => pair.Similarity >= choice.Threshold).ToList();
                Assert.Equal((above.Count, above.Count(pair => pair.Same)), (choice.Pairs, choice.Same));
                Assert.True(choice.Threshold >= floor && Proportion.Wilson(choice.Same, choice.Pairs).Low >= target);
            }
        });

    [Theory]
    [InlineData("Card lost", "card  lost.", null, true)]
    [InlineData("card_lost", "card_arrival", null, false)]
    [InlineData("""{"label":"a","why":"x"}""", """{"why":"y","label":"A"}""", "label", true)]
    [InlineData("""{"label":"a"}""", """{"label":"b"}""", "label", false)]
    [InlineData("no json", """{"label":"b"}""", "label", false)]
    [InlineData("", "", "label", true)]
    public void Answers_of_closed_sets_are_compared_without_their_dress(string a, string b, string? field, bool same) =>
        Assert.Equal(same, ExactAnswers.AreSame(a, b, field));

    private static IEnumerable<JudgedSimilarity> Pairs(int count, double similarity, bool same) => Enumerable.Repeat(new JudgedSimilarity(similarity, same), count);

    private static List<JudgedSimilarity> Draw(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ =>
    {
        var similarity = random.NextDouble();
        return new JudgedSimilarity(similarity, random.NextDouble() < similarity);
    })];
}
