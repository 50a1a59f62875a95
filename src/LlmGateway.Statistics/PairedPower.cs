namespace LlmGateway.Statistics;

/// <summary>
/// How many items a comparison needs, and how small a difference it can show, at a two-sided level of 5 % and a power of
/// 80 % unless said otherwise.
/// </summary>
public static class PairedPower
{
    public const double DefaultAlpha = 0.05;
    public const double DefaultPower = 0.8;

    /// <summary>
    /// Items that McNemar's test needs: R. J. Connor, Sample size for testing differences in proportions for the paired-sample
    /// design, Biometrics 43 (1987) 207–211. Null when there is no difference to show.
    /// </summary>
    /// <param name="difference">The difference of the two shares, −1 to 1.</param>
    /// <param name="discordance">The share of items on which the two differ, at least the difference.</param>
    /// <param name="alpha">The level.</param>
    /// <param name="power">The probability that the test shows the difference.</param>
    public static int? ItemsForBinary(double difference, double discordance, double alpha = DefaultAlpha, double power = DefaultPower)
    {
        var size = Math.Abs(difference);
        if (size == 0 || discordance < size)
        {
            return null;
        }

        var root = (Upper(alpha / 2) * Math.Sqrt(discordance)) + (Upper(1 - power) * Math.Sqrt(discordance - (size * size)));
        return Rounded(root * root / (size * size));
    }

    /// <summary>The smallest difference of the two shares that McNemar's test shows on so many items; by bisection of <see cref="ItemsForBinary"/>.</summary>
    /// <returns>Null when not even the largest possible one, that all discordant items fall on one side, can be shown.</returns>
    public static double? DetectableBinary(int items, double discordance, double alpha = DefaultAlpha, double power = DefaultPower)
    {
        if (!(ItemsForBinary(discordance, discordance, alpha, power) <= items))
        {
            return null;
        }

        var (low, high) = (0.0, discordance);
        for (var step = 0; step < 50; step++)
        {
            var middle = (low + high) / 2;
            (low, high) = ItemsForBinary(middle, discordance, alpha, power) <= items ? (low, middle) : (middle, high);
        }

        return high;
    }

    /// <summary>Items that a mean difference needs, by the normal approximation: ((z + z′)·σ/δ)². Null when there is no difference to show.</summary>
    /// <param name="difference">The mean difference δ.</param>
    /// <param name="deviation">The differences' standard deviation σ.</param>
    /// <param name="alpha">The level.</param>
    /// <param name="power">The probability of showing it.</param>
    public static int? ItemsForMean(double difference, double deviation, double alpha = DefaultAlpha, double power = DefaultPower)
    {
        if (difference == 0)
        {
            return null;
        }

        var root = (Upper(alpha / 2) + Upper(1 - power)) * deviation / difference;
        return Rounded(Math.Max(2, root * root));
    }

    /// <summary>The smallest mean difference that so many items show.</summary>
    public static double DetectableMean(int items, double deviation, double alpha = DefaultAlpha, double power = DefaultPower) =>
        (Upper(alpha / 2) + Upper(1 - power)) * deviation / Math.Sqrt(items);

    private static double Upper(double p) => -Normal.Quantile(p);

    private static int? Rounded(double items) => items < int.MaxValue ? (int)Math.Ceiling(items) : null;
}
