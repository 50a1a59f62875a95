namespace LlmGateway.Statistics.Tests;

/// <summary>
/// Each test on a thousand simulated comparisons of equals, which it may tell apart in at most one of twenty, and beside it on
/// two thousand of a known difference, which it must show as often as theory says. Seeds are fixed.
/// </summary>
public sealed class FalseAlarmTests
{
    private const double Alpha = 0.05;
    private const int OfEquals = 1000;
    private const int OfDifferent = 2000;

    /// <summary>A binomial share of 5 % of 1,000 is above 6.8 % once in two hundred.</summary>
    private const double HighestShare = 0.068;

    /// <summary>Two thousand comparisons tell a power of 80 % to within 1.8 points, nineteen times in twenty.</summary>
    private const double Tolerance = 0.03;

    [Fact]
    public void McNemars_exact_test()
    {
        Assert.InRange(Share(OfEquals, 1, random => McNemar.Exact(Binary(random, 300, 0.15, 0.15))), 0.01, 0.05);
        Assert.Equal(
            PowerOfMcNemar(300, 0.1, 0.18, McNemar.Exact),
            Share(OfDifferent, 2, random => McNemar.Exact(Binary(random, 300, 0.1, 0.18))),
            Tolerance);
    }

    [Fact]
    public void McNemars_mid_p()
    {
        Assert.InRange(Share(OfEquals, 3, random => McNemar.MidP(Binary(random, 300, 0.15, 0.15))), 0.03, HighestShare);
        var items = PairedPower.ItemsForBinary(0.08, 0.28)!.Value;
        Assert.Equal(0.8, Share(OfDifferent, 4, random => McNemar.MidP(Binary(random, items, 0.1, 0.18))), Tolerance);
        Assert.Equal(0.8, PowerOfMcNemar(items, 0.1, 0.18, McNemar.MidP), Tolerance);
    }

    [Fact]
    public void The_sign_flip_test_of_a_mean()
    {
        const double deviation = 1;
        const int items = 64;
        Assert.InRange(Share(OfEquals, 5, random => PairedScores.SignFlipP(Normals(random, items, 0, deviation), 1)), 0.03, HighestShare);
        var difference = PairedPower.DetectableMean(items, deviation);
        Assert.Equal(0.8, Share(OfDifferent, 6, random => PairedScores.SignFlipP(Normals(random, items, difference, deviation), 1)), Tolerance);
    }

    [Fact]
    public void The_sign_flip_test_of_clusters()
    {
        const int clusters = 60;
        Assert.InRange(Share(OfEquals, 7, random => Conversations(random, clusters, 0).SignFlipP(1)), 0.03, HighestShare);
        // The mean of five items of a conversation varies by what they share, 1, and by a fifth of what they do not, 1.
        var difference = PairedPower.DetectableMean(clusters, Math.Sqrt(1 + (1.0 / 5)));
        Assert.Equal(0.8, Share(OfDifferent, 8, random => Conversations(random, clusters, difference).SignFlipP(1)), Tolerance);
    }

    [Fact]
    public void Items_of_a_cluster_taken_for_independent_are_told_apart_five_times_too_often()
    {
        var random = new Random(9);
        var told = Enumerable.Range(0, OfEquals).Count(_ => PairedScores.SignFlipP(Turns(random, 60, 0), 1) < Alpha);
        Assert.InRange((double)told / OfEquals, 0.25, 0.5);
    }

    [Fact]
    public void The_interval_of_clusters_holds_the_true_mean_nineteen_times_in_twenty()
    {
        var random = new Random(10);
        var held = Enumerable.Range(0, 200).Count(sample =>
            Conversations(random, 60, 0).Bootstrap((ulong)sample)!.Value is var interval && interval.Low <= 0 && interval.High >= 0);
        Assert.InRange(held, 179, 198);
    }

    private static double Share(int comparisons, int seed, Func<Random, double> p)
    {
        var random = new Random(seed);
        return (double)Enumerable.Range(0, comparisons).Count(_ => p(random) < Alpha) / comparisons;
    }

    private static PairedCounts Binary(Random random, int items, double onlyFirst, double onlySecond)
    {
        var (first, second) = (0, 0);
        for (var item = 0; item < items; item++)
        {
            var at = random.NextDouble();
            first += at < onlyFirst ? 1 : 0;
            second += at >= onlyFirst && at < onlyFirst + onlySecond ? 1 : 0;
        }

        return new PairedCounts(items - first - second, first, second, 0);
    }

    /// <summary>Exactly, over every number of discordant pairs and every way in which they may fall.</summary>
    private static double PowerOfMcNemar(int items, double onlyFirst, double onlySecond, Func<PairedCounts, double> test)
    {
        var (discordance, power) = (onlyFirst + onlySecond, 0.0);
        for (var discordant = 0; discordant <= items; discordant++)
        {
            var likely = Binomial.LogProbability(discordant, items, discordance);
            for (var second = 0; likely > -30 && second <= discordant; second++)
            {
                power += test(new PairedCounts(items - discordant, discordant - second, second, 0)) < Alpha
                    ? Math.Exp(likely + Binomial.LogProbability(second, discordant, onlySecond / discordance))
                    : 0;
            }
        }

        return power;
    }

    private static double[] Normals(Random random, int count, double mean, double deviation) =>
        [.. Enumerable.Range(0, count).Select(_ => mean + (deviation * Normal.Quantile(random.NextDouble())))];

    private static ClusteredScores Conversations(Random random, int clusters, double mean) =>
        new(Turns(random, clusters, mean), [.. Enumerable.Range(0, clusters * 5).Select(turn => turn / 5)]);

    /// <summary>Five turns a conversation; half of a turn's variance is the conversation's own.</summary>
    private static double[] Turns(Random random, int clusters, double mean) =>
    [
        .. Normals(random, clusters, mean, 1).SelectMany(conversation => Normals(random, 5, conversation, 1)),
    ];
}
