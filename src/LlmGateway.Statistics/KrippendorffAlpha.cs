namespace LlmGateway.Statistics;

/// <summary>What a difference between two values means.</summary>
public enum Measurement
{
    /// <summary>Values are equal or not.</summary>
    Nominal,

    /// <summary>Values have an order.</summary>
    Ordinal,

    /// <summary>Differences between values can be compared.</summary>
    Interval,
}

/// <summary>
/// Krippendorff's alpha: agreement of any number of raters, any of whom may be missing anywhere. K. Krippendorff, Computing
/// Krippendorff's Alpha-Reliability (2011), https://repository.upenn.edu/asc_papers/43.
/// </summary>
/// <remarks>
/// The ordinal difference of two values is the square of the distance of their middle ranks among all values, so ordinal is
/// interval by ranks. Squared differences need sums and no matrix of coincidences.
/// </remarks>
public static class KrippendorffAlpha
{
    /// <summary>1 for full agreement, 0 for what chance gives. Null where no item has two ratings, or all ratings are equal.</summary>
    /// <param name="ratings">Items with fewer than two ratings are passed over.</param>
    /// <param name="measurement">What a difference means.</param>
    /// <param name="values">For <see cref="Measurement.Interval"/>: what each category is worth. Otherwise the categories' order is theirs.</param>
    public static double? Of(Ratings ratings, Measurement measurement, IReadOnlyList<double>? values = null)
    {
        var items = ratings.Items.Where(item => item.Length > 1).ToList();
        var counts = Count(items, ratings.Categories);
        double total = counts.Sum();
        if (measurement == Measurement.Nominal)
        {
            return Alpha(items.Sum(item => Unequal(Count([item], ratings.Categories)) / (item.Length - 1.0)), Unequal(counts), total);
        }

        var worth = measurement == Measurement.Ordinal ? MiddleRanks(counts) : [.. values ?? throw new ArgumentNullException(nameof(values))];
        return Alpha(
            items.Sum(item => Squares(item.Select(category => (worth[category], 1))) / (item.Length - 1.0)),
            Squares(counts.Select((count, category) => (worth[category], count))),
            total);
    }

    private static double? Alpha(double observed, double expected, double total) =>
        expected < 1e-12 ? null : 1 - ((total - 1) * observed / expected);

    private static int[] Count(IEnumerable<int[]> items, int categories)
    {
        var counts = new int[categories];
        foreach (var category in items.SelectMany(item => item))
        {
            counts[category]++;
        }

        return counts;
    }

    /// <summary>Ordered pairs of unequal values.</summary>
    private static double Unequal(int[] counts)
    {
        double total = counts.Sum();
        return (total * total) - counts.Sum(count => (double)count * count);
    }

    /// <summary>The squared differences of all ordered pairs: 2(nΣv² − (Σv)²), from the mean, so that no digits are lost.</summary>
    private static double Squares(IEnumerable<(double Value, int Count)> values)
    {
        var all = values.ToList();
        double total = all.Sum(value => value.Count);
        var mean = all.Sum(value => value.Value * value.Count) / total;
        return 2 * total * all.Sum(value => value.Count * (value.Value - mean) * (value.Value - mean));
    }

    private static double[] MiddleRanks(int[] counts)
    {
        var (ranks, before) = (new double[counts.Length], 0.0);
        for (var category = 0; category < counts.Length; category++)
        {
            ranks[category] = before + (counts[category] / 2.0);
            before += counts[category];
        }

        return ranks;
    }
}
