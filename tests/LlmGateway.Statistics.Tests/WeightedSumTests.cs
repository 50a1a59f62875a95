namespace LlmGateway.Statistics.Tests;

/// <summary>Sums of estimates with their intervals.</summary>
public sealed class WeightedSumTests
{
    // R. G. Newcombe, Interval estimation for the difference between independent proportions, Statistics in Medicine 17 (1998)
    // 873–890, table II, method 10: 56/70 − 48/80 has [.0524, .3339], 9/10 − 3/10 has [.1705, .8090], 10/10 − 0/10 has [.6075, 1].
    [Theory]
    [InlineData(56, 70, 48, 80, 0.0524, 0.3339)]
    [InlineData(9, 10, 3, 10, 0.1705, 0.8090)]
    [InlineData(10, 10, 0, 10, 0.6075, 1.0000)]
    public void A_difference_of_two_shares_has_Newcombes_interval(int first, int of, int second, int ofSecond, double low, double high)
    {
        WeightedEstimate[] terms = [Share(1, first, of), Share(-1, second, ofSecond)];
        var interval = WeightedSum.Interval(terms);
        Assert.Equal((low, high), (Math.Round(interval.Low, 4), Math.Round(interval.High, 4)));
        Assert.Equal(((double)first / of) - ((double)second / ofSecond), WeightedSum.Value(terms), 1e-12);
    }

    [Fact]
    public void One_term_keeps_its_interval_scaled_and_a_negative_weight_turns_it_round()
    {
        var interval = WeightedSum.Interval([new WeightedEstimate(-0.5, 0.4, new Interval(0.2, 0.8))]);
        Assert.Equal((-0.4, -0.1), (Math.Round(interval.Low, 12), Math.Round(interval.High, 12)));
    }

    private static WeightedEstimate Share(double weight, int successes, int total) =>
        new(weight, (double)successes / total, Proportion.Wilson(successes, total));
}
