namespace LlmGateway.Statistics.Tests;

public sealed class RatingsTests
{
    /// <summary>The example of K. Krippendorff, Computing Krippendorff's Alpha-Reliability (2011), part C: 4 observers, 12 units, 0 for missing.</summary>
    private static readonly int[][] Observers =
    [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, 0, 0, 0],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, 0, 3],
        [0, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, 0],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, 0],
    ];

    /// <summary>14 raters, 10 items, 5 categories: the worked example of https://en.wikipedia.org/wiki/Fleiss%27_kappa, whose kappa is .210.</summary>
    private static readonly int[][] FourteenRaters =
    [
        [0, 0, 0, 0, 14], [0, 2, 6, 4, 2], [0, 0, 3, 5, 6], [0, 3, 9, 2, 0], [2, 2, 8, 1, 1],
        [7, 7, 0, 0, 0], [3, 2, 6, 3, 0], [2, 5, 3, 2, 2], [6, 5, 2, 1, 0], [0, 2, 2, 3, 7],
    ];

    /// <summary>Published as .743, .815 and .849; the further digits are worked from the published coincidences.</summary>
    [Theory]
    [InlineData(Measurement.Nominal, 0.7434)]
    [InlineData(Measurement.Ordinal, 0.8154)]
    [InlineData(Measurement.Interval, 0.8491)]
    public void Alpha_equals_krippendorffs_example_with_missing_values(Measurement measurement, double expected) =>
        Assert.Equal(expected, KrippendorffAlpha.Of(TwelveUnits(), measurement, [1, 2, 3, 4, 5])!.Value, 4);

    [Fact]
    public void Fleiss_kappa_equals_the_worked_example()
    {
        var ratings = new Ratings([.. FourteenRaters.Select(row => row.SelectMany((count, category) => Enumerable.Repeat(category, count)).ToArray())], 5);
        Assert.Equal(0.3780, ratings.PercentAgreement()!.Value, 4);
        Assert.Equal(0.2099, FleissKappa.Of(ratings)!.Value, 4);
    }

    [Fact]
    public void What_chance_cannot_miss_has_no_coefficient()
    {
        var unanimous = new Ratings([[0, 0], [0, 0]], 2);
        Assert.Equal(1, unanimous.PercentAgreement());
        Assert.Null(FleissKappa.Of(unanimous));
        Assert.Null(KrippendorffAlpha.Of(unanimous, Measurement.Ordinal));
        Assert.Null(FleissKappa.Of(new Ratings([[0, 1], [0]], 2)));
        Assert.Null(new Ratings([[0], [1]], 2).PercentAgreement());
    }

    [Fact]
    public void The_interval_holds_the_coefficient_is_the_same_for_a_seed_and_narrows_with_items()
    {
        var few = TwelveUnits();
        var many = new Ratings([.. Enumerable.Repeat(few.Items, 16).SelectMany(items => items)], few.Categories);
        var interval = Bootstrap(few, 1);
        Assert.Equal(interval, Bootstrap(few, 1));
        Assert.NotEqual(interval, Bootstrap(few, 2));
        Assert.InRange(0.7434, interval.Low, interval.High);
        // A quarter of the width for sixteen times the items.
        Assert.InRange((interval.High - interval.Low) / (Bootstrap(many, 1).High - Bootstrap(many, 1).Low), 3, 5);
    }

    private static Interval Bootstrap(Ratings ratings, ulong seed) =>
        ratings.Bootstrap(resample => KrippendorffAlpha.Of(resample, Measurement.Nominal), seed)!.Value;

    private static Ratings TwelveUnits() => new(
        [.. Enumerable.Range(0, 12).Select(unit => Observers.Select(observer => observer[unit] - 1).Where(value => value >= 0).ToArray())], 5);
}
