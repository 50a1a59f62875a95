namespace LlmGateway.Statistics;

/// <summary>
/// How far two raters agree beyond chance: J. Cohen, A coefficient of agreement for nominal scales, Educational and
/// Psychological Measurement 20 (1960) 37–46.
/// </summary>
/// <param name="Value">1 for full agreement, 0 for what chance gives; never below −1.</param>
/// <param name="StandardError">Its standard error in large samples, which does not suppose that kappa is 0.</param>
/// <param name="Interval">By the normal distribution, cut at −1 and 1.</param>
public readonly record struct Kappa(double Value, double StandardError, Interval Interval)
{
    /// <summary>
    /// Cohen's kappa with the standard error of J. L. Fleiss, J. Cohen and B. S. Everitt, Large sample standard errors of kappa
    /// and weighted kappa, Psychological Bulletin 72 (1969) 323–327, formula 13. Null where chance alone gives full agreement:
    /// for no items, and where both raters gave one and the same label to all of them.
    /// </summary>
    /// <param name="counts">Items by the first rater's label (rows) and the second's (columns); as many of one as of the other.</param>
    /// <param name="level">Confidence; the default is 0.95.</param>
    public static Kappa? Cohen(int[,] counts, double level = 0.95)
    {
        var labels = counts.GetLength(0);
        ArgumentOutOfRangeException.ThrowIfNotEqual(counts.GetLength(1), labels, nameof(counts));
        double total = counts.Cast<int>().Sum();
        if (total == 0)
        {
            return null;
        }

        var (first, second) = Margins(counts, total);
        var (observed, chance) = (0.0, 0.0);
        for (var label = 0; label < labels; label++)
        {
            observed += counts[label, label] / total;
            chance += first[label] * second[label];
        }

        if (chance >= 1)
        {
            return null;
        }

        var kappa = (observed - chance) / (1 - chance);
        var error = StandardErrorOf(counts, total, first, second, kappa, chance);
        var half = Confidence.Z(level) * error;
        return new Kappa(kappa, error, new Interval(Math.Max(-1, kappa - half), Math.Min(1, kappa + half)));
    }

    private static (double[] First, double[] Second) Margins(int[,] counts, double total)
    {
        var labels = counts.GetLength(0);
        var (first, second) = (new double[labels], new double[labels]);
        for (var row = 0; row < labels; row++)
        {
            for (var column = 0; column < labels; column++)
            {
                first[row] += counts[row, column] / total;
                second[column] += counts[row, column] / total;
            }
        }

        return (first, second);
    }

    private static double StandardErrorOf(int[,] counts, double total, double[] first, double[] second, double kappa, double chance)
    {
        var sum = 0.0;
        for (var row = 0; row < first.Length; row++)
        {
            for (var column = 0; column < first.Length; column++)
            {
                var term = row == column
                    ? 1 - ((first[row] + second[row]) * (1 - kappa))
                    : (1 - kappa) * (second[row] + first[column]);
                sum += counts[row, column] / total * term * term;
            }
        }

        var bias = kappa - (chance * (1 - kappa));
        return Math.Sqrt(Math.Max(0, sum - (bias * bias)) / total) / (1 - chance);
    }
}
