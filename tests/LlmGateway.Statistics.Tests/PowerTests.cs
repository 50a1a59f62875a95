namespace LlmGateway.Statistics.Tests;

/// <summary>What a comparison can show, against simulation.</summary>
public sealed class PowerTests
{
    [Fact]
    public void As_many_items_as_it_says_show_the_difference_in_four_of_five_comparisons()
    {
        const double difference = 0.08, discordance = 0.3;
        var items = PairedPower.ItemsForBinary(difference, discordance)!.Value;
        var shown = Simulate(items, (discordance - difference) / 2, (discordance + difference) / 2, 2000);
        // Two thousand comparisons tell the power to within 1.8 points; the exact test costs two more.
        Assert.InRange(shown, 0.76, 0.83);
    }

    [Fact]
    public void The_detectable_difference_needs_just_these_items()
    {
        var difference = PairedPower.DetectableBinary(500, 0.25)!.Value;
        Assert.Equal(500, PairedPower.ItemsForBinary(difference, 0.25)!.Value, 1.0);
        Assert.Null(PairedPower.DetectableBinary(10, 0.05));
        Assert.Null(PairedPower.ItemsForBinary(0, 0.25));
        Assert.Equal(126, PairedPower.ItemsForMean(0.5, 2));
        Assert.Equal(0.5, PairedPower.DetectableMean(126, 2), 0.002);
    }

    /// <summary>Nine of ten reach .85 at 196 items: Wilson's interval of 176 of 196 begins below it, and that of 177 above.</summary>
    [Fact]
    public void So_many_items_lift_an_interval_over_a_bound()
    {
        Assert.Equal(196, Proportion.ItemsForLowerBound(0.9, 0.85));
        Assert.True(Proportion.Wilson(177, 196).Low > 0.85 && Proportion.Wilson(176, 196).Low < 0.85);
        Assert.Null(Proportion.ItemsForLowerBound(0.85, 0.85));
        Assert.Equal(400, IntervalPower.ItemsFor(100, 0.1, 0.05));
        Assert.Null(IntervalPower.ItemsFor(100, 0.1, 0));
    }

    private static double Simulate(int items, double onlyFirst, double onlySecond, int comparisons)
    {
        var random = new Random(7);
        var shown = 0;
        for (var comparison = 0; comparison < comparisons; comparison++)
        {
            var (b, c) = (0, 0);
            for (var item = 0; item < items; item++)
            {
                var at = random.NextDouble();
                b += at < onlyFirst ? 1 : 0;
                c += at >= onlyFirst && at < onlyFirst + onlySecond ? 1 : 0;
            }

            shown += McNemar.Exact(new PairedCounts(items - b - c, b, c, 0)) < 0.05 ? 1 : 0;
        }

        return (double)shown / comparisons;
    }
}
