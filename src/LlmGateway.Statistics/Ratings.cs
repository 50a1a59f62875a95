namespace LlmGateway.Statistics;

/// <summary>What raters said of items: of each item the categories that it was given, in no order. Raters may be missing.</summary>
/// <param name="items">The categories of each item, from 0.</param>
/// <param name="categories">How many categories there are.</param>
public sealed class Ratings(IReadOnlyList<int[]> items, int categories)
{
    /// <summary>1,000.</summary>
    public const int Resamples = 1000;

    /// <summary>The categories of each item.</summary>
    public IReadOnlyList<int[]> Items => items;

    /// <summary>How many categories there are.</summary>
    public int Categories => categories;

    /// <summary>How often each category was given to an item.</summary>
    public int[] CountsOf(int item)
    {
        var counts = new int[categories];
        foreach (var category in items[item])
        {
            counts[category]++;
        }

        return counts;
    }

    /// <summary>The share of pairs of ratings of one item that agree, each pair counting as much as any other; null where no item has two.</summary>
    public double? PercentAgreement()
    {
        var (agreeing, pairs) = (0L, 0L);
        for (var item = 0; item < items.Count; item++)
        {
            long raters = items[item].Length;
            pairs += raters * (raters - 1);
            agreeing += CountsOf(item).Sum(count => (long)count * (count - 1));
        }

        return pairs == 0 ? null : (double)agreeing / pairs;
    }

    /// <summary>
    /// The percentile bootstrap interval of a coefficient, over the items (B. Efron and R. Tibshirani, An Introduction to the
    /// Bootstrap, 1993, chapter 13). Equal seeds give equal intervals. Null for fewer than two items, and where the coefficient is
    /// undefined for more than half of the resamples.
    /// </summary>
    /// <param name="coefficient">What is computed from ratings; null where it is undefined.</param>
    /// <param name="seed">Chooses the resamples.</param>
    /// <param name="level">Confidence; the default is 0.95.</param>
    public Interval? Bootstrap(Func<Ratings, double?> coefficient, ulong seed, double level = 0.95)
    {
        if (items.Count < 2)
        {
            return null;
        }

        var random = new Resampling(seed);
        var values = new List<double>(Resamples);
        for (var resample = 0; resample < Resamples; resample++)
        {
            if (coefficient(Resample(ref random)) is { } value)
            {
                values.Add(value);
            }
        }

        values.Sort();
        return values.Count < Resamples / 2 ? null : new Interval(At(values, (1 - level) / 2), At(values, (1 + level) / 2));
    }

    private Ratings Resample(ref Resampling random)
    {
        var drawn = new int[items.Count][];
        for (var place = 0; place < drawn.Length; place++)
        {
            drawn[place] = items[(int)(((random.Next() >> 32) * (ulong)items.Count) >> 32)];
        }

        return new Ratings(drawn, categories);
    }

    private static double At(List<double> sorted, double share) => sorted[(int)Math.Round(share * (sorted.Count - 1))];
}
