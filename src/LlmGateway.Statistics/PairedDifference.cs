namespace LlmGateway.Statistics;

/// <summary>How much oftener the second of two passes than the first, on the same items.</summary>
public static class PairedDifference
{
    /// <summary>
    /// Newcombe's hybrid score interval for <see cref="PairedCounts.Difference"/>: method 10 of R. G. Newcombe, Improved
    /// confidence intervals for the difference between binomial proportions based on paired data, Statistics in Medicine 17
    /// (1998) 2635–2650. Wilson's intervals of the two shares are joined by their correlation, which is corrected for
    /// continuity.
    /// </summary>
    /// <param name="counts">At least one item.</param>
    /// <param name="level">Confidence; the default is 0.95.</param>
    public static Interval Newcombe(PairedCounts counts, double level = 0.95)
    {
        var n = counts.Total;
        var (first, second) = ((double)counts.FirstPassed / n, (double)counts.SecondPassed / n);
        var ofFirst = Proportion.Wilson(counts.FirstPassed, n, level);
        var ofSecond = Proportion.Wilson(counts.SecondPassed, n, level);
        var phi = Correlation(counts);
        return new Interval(
            second - first - Join(second - ofSecond.Low, ofFirst.High - first, phi),
            second - first + Join(ofSecond.High - second, first - ofFirst.Low, phi));
    }

    private static double Join(double a, double b, double phi) => Math.Sqrt(Math.Max(0, (a * a) - (2 * phi * a * b) + (b * b)));

    /// <summary>φ, zero where a margin is empty.</summary>
    private static double Correlation(PairedCounts counts)
    {
        var margins = (double)counts.FirstPassed * (counts.Total - counts.FirstPassed) * counts.SecondPassed * (counts.Total - counts.SecondPassed);
        var cross = ((double)counts.Both * counts.Neither) - ((double)counts.OnlyFirst * counts.OnlySecond);
        var corrected = cross > 0 ? Math.Max(0, cross - (counts.Total / 2.0)) : cross;
        return margins == 0 ? 0 : corrected / Math.Sqrt(margins);
    }
}
