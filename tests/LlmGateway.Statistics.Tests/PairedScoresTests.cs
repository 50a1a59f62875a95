namespace LlmGateway.Statistics.Tests;

public sealed class PairedScoresTests
{
    /// <summary>
    /// Darwin's plants, cross- less self-fertilised, in eighths of an inch (R. A. Fisher, The Design of Experiments, 1935, § 17 and
    /// § 21): 863 of 32,768 sign patterns are as extreme on one side, so p = .05267.
    /// </summary>
    private static readonly double[] Darwin = [49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48];

    [Fact]
    public void Fishers_randomization_test_of_Darwins_plants()
    {
        // Twice the standard error of 10,000 samples is .0045.
        Assert.Equal(0.05267, PairedScores.SignFlipP(Darwin, 1), 0.0045);
        Assert.Equal(314.0 / 15, Moments.Mean(Darwin), 1e-12);
        Assert.Equal(37.74, Moments.StandardDeviation(Darwin)!.Value, 0.01);
    }

    [Fact]
    public void The_bootstrap_leans_to_the_longer_tail_and_is_the_same_for_a_seed()
    {
        var interval = PairedScores.Bootstrap(Darwin, 1)!.Value;
        Assert.Equal(interval, PairedScores.Bootstrap(Darwin, 1));
        Assert.NotEqual(interval, PairedScores.Bootstrap(Darwin, 2));
        // Skewed to the left, so it begins farther from the mean than it ends.
        var mean = Moments.Mean(Darwin);
        Assert.True(mean - interval.Low > interval.High - mean, interval.ToString());
        Assert.InRange(interval.Low, -4, 4);
        Assert.InRange(interval.High, 34, 40);
    }

    [Fact]
    public void The_bootstrap_holds_the_true_mean_nineteen_times_in_twenty()
    {
        var random = new Random(11);
        var held = 0;
        for (var sample = 0; sample < 200; sample++)
        {
            // Exponential less its mean: as skewed as scores get.
            var differences = Enumerable.Range(0, 60).Select(_ => -Math.Log(1 - random.NextDouble()) - 1).ToArray();
            var interval = PairedScores.Bootstrap(differences, (ulong)sample)!.Value;
            held += interval.Low <= 0 && interval.High >= 0 ? 1 : 0;
        }

        Assert.InRange(held, 179, 198);
    }

    [Fact]
    public void Differences_that_are_all_the_same_have_an_interval_of_one_point()
    {
        Assert.Equal(new Interval(0.1, 0.1), PairedScores.Bootstrap([0.1, 0.1, 0.1], 1) is { } found ? new Interval(Math.Round(found.Low, 12), Math.Round(found.High, 12)) : default);
        Assert.Null(PairedScores.Bootstrap([0.1], 1));
        Assert.Equal(1, PairedScores.SignFlipP([0, 0, 0], 1));
    }

    /// <summary>Holm 1979; the values are the usual textbook example.</summary>
    [Fact]
    public void Holms_adjustment_keeps_the_order_and_never_exceeds_one()
    {
        Assert.Equal([0.03, 0.06, 0.06, 0.02], Holm.Adjust([0.01, 0.04, 0.03, 0.005]).Select(p => Math.Round(p, 12)));
        Assert.Equal([1, 1], Holm.Adjust([0.6, 0.7]));
        Assert.Empty(Holm.Adjust([]));
    }
}
