namespace LlmGateway.Statistics;

/// <summary>
/// Whether one figure rises with another, in whatever form: C. Spearman, The proof and measurement of association between two
/// things, American Journal of Psychology 15 (1904) 72–101.
/// </summary>
/// <param name="Value">−1 to 1; 0 for no association.</param>
/// <param name="Interval">Null for fewer than four pairs.</param>
public readonly record struct RankCorrelation(double Value, Interval? Interval)
{
    /// <summary>
    /// Spearman's rho, Pearson's correlation of the ranks, ties sharing their mean rank. The interval is Fisher's with the
    /// standard error of D. G. Bonett and T. A. Wright, Sample size requirements for estimating Pearson, Kendall and Spearman
    /// correlations, Psychometrika 65 (2000) 23–28. Null where either figure is the same for all, and for fewer than two pairs.
    /// </summary>
    /// <param name="first">One for each item.</param>
    /// <param name="second">The same items', in the same order.</param>
    /// <param name="level">Confidence; the default is 0.95.</param>
    public static RankCorrelation? Spearman(IReadOnlyList<double> first, IReadOnlyList<double> second, double level = 0.95)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(second.Count, first.Count, nameof(second));
        if (first.Count < 2)
        {
            return null;
        }

        return Pearson(Ranks(first), Ranks(second)) is { } rho ? new RankCorrelation(rho, IntervalOf(rho, first.Count, level)) : null;
    }

    private static Interval? IntervalOf(double rho, int count, double level)
    {
        if (count < 4)
        {
            return null;
        }

        // At the ends Fisher's transformation is infinite, and comes back as what it was.
        var (centre, half) = (Math.Atanh(rho), Confidence.Z(level) * Math.Sqrt((1 + (rho * rho / 2)) / (count - 3)));
        return new Interval(Math.Tanh(centre - half), Math.Tanh(centre + half));
    }

    private static double? Pearson(double[] first, double[] second)
    {
        var (firstMean, secondMean) = (Moments.Mean(first), Moments.Mean(second));
        var (product, firstSquares, secondSquares) = (0.0, 0.0, 0.0);
        for (var item = 0; item < first.Length; item++)
        {
            var (a, b) = (first[item] - firstMean, second[item] - secondMean);
            product += a * b;
            firstSquares += a * a;
            secondSquares += b * b;
        }

        return firstSquares == 0 || secondSquares == 0 ? null : Math.Clamp(product / Math.Sqrt(firstSquares * secondSquares), -1, 1);
    }

    private static double[] Ranks(IReadOnlyList<double> values)
    {
        int[] order = [.. Enumerable.Range(0, values.Count).OrderBy(item => values[item])];
        var ranks = new double[values.Count];
        for (var start = 0; start < order.Length;)
        {
            var end = start;
            while (end < order.Length && values[order[end]].Equals(values[order[start]]))
            {
                end++;
            }

            for (var place = start; place < end; place++)
            {
                ranks[order[place]] = (start + end + 1) / 2.0;
            }

            start = end;
        }

        return ranks;
    }
}
