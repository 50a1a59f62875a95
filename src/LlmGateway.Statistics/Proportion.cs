namespace LlmGateway.Statistics;

/// <summary>A share of items, such as those that passed.</summary>
public static class Proportion
{
    /// <summary>
    /// Wilson's score interval without continuity correction: E. B. Wilson, Probable inference, the law of succession, and
    /// statistical inference, JASA 22 (1927) 209–212.
    /// </summary>
    /// <param name="successes">From 0 to <paramref name="total"/>.</param>
    /// <param name="total">At least 1.</param>
    /// <param name="level">Confidence; the default is 0.95.</param>
    public static Interval Wilson(int successes, int total, double level = 0.95)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(total, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(successes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(successes, total);
        var z = Confidence.Z(level);
        var (n, p, square) = ((double)total, (double)successes / total, z * z);
        var centre = (p + (square / (2 * n))) / (1 + (square / n));
        var half = z / (1 + (square / n)) * Math.Sqrt((p * (1 - p) / n) + (square / (4 * n * n)));

        // At the ends the formula is exact and rounding is not.
        return new Interval(successes == 0 ? 0 : centre - half, successes == total ? 1 : centre + half);
    }

    /// <summary>
    /// Items for which a share's Wilson interval begins at a bound or above: Wilson's interval holds the values that the score test
    /// does not reject, so n = z²·b(1 − b)/(p − b)². Null where the share is not above the bound.
    /// </summary>
    /// <param name="share">The share p.</param>
    /// <param name="bound">The bound b, from 0 to 1.</param>
    /// <param name="level">Confidence; the default is 0.95.</param>
    public static int? ItemsForLowerBound(double share, double bound, double level = 0.95)
    {
        if (share <= bound)
        {
            return null;
        }

        var z = Confidence.Z(level);
        var items = z * z * bound * (1 - bound) / ((share - bound) * (share - bound));
        return items < int.MaxValue ? Math.Max(1, (int)Math.Ceiling(items)) : null;
    }
}
