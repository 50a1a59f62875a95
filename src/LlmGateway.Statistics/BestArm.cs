namespace LlmGateway.Statistics;

/// <summary>How likely the control and each of several treatments is the best.</summary>
public static class BestArm
{
    /// <summary>Standard deviations on either side of a mean that are integrated over; beyond them lies less than 1e-14.</summary>
    private const double Reach = 8;

    /// <summary>Parts of an integral, an even number; the error is below 1e-7.</summary>
    private const int Parts = 200;

    /// <summary>
    /// The chance of each to be the best when treatments' differences to the control are normal and independent: the control's first. They
    /// add up to 1. To give each arm that share of the traffic is Thompson sampling, without its draws: W. R. Thompson, On the Likelihood
    /// that One Unknown Probability Exceeds Another, Biometrika 25 (1933) 285–294.
    /// </summary>
    /// <param name="means">Each treatment's difference to the control; larger is better.</param>
    /// <param name="variances">As many, above 0.</param>
    public static double[] Chances(ReadOnlySpan<double> means, ReadOnlySpan<double> variances)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(means.Length, variances.Length);
        var chances = new double[means.Length + 1];
        chances[0] = AllBelow(0, except: -1, means, variances);
        for (var treatment = 0; treatment < means.Length; treatment++)
        {
            chances[treatment + 1] = Best(treatment, means, variances);
        }

        var sum = chances.Sum();
        return [.. chances.Select(chance => chance / sum)];
    }

    /// <summary>∫ of the treatment's density over what is above 0, times the chance that all others are below it; by Simpson's rule.</summary>
    private static double Best(int treatment, ReadOnlySpan<double> means, ReadOnlySpan<double> variances)
    {
        var (mean, deviation) = (means[treatment], Math.Sqrt(variances[treatment]));
        if (means.Length == 1)
        {
            return Normal.Cdf(mean / deviation);
        }

        var (low, high) = (Math.Max(0, mean - (Reach * deviation)), mean + (Reach * deviation));
        if (high <= low)
        {
            return 0;
        }

        var (step, sum) = ((high - low) / Parts, 0.0);
        for (var part = 0; part <= Parts; part++)
        {
            var at = low + (part * step);
            var weight = part is 0 or Parts ? 1 : part % 2 == 1 ? 4 : 2;
            sum += weight * Normal.Density((at - mean) / deviation) / deviation * AllBelow(at, treatment, means, variances);
        }

        return sum * step / 3;
    }

    private static double AllBelow(double value, int except, ReadOnlySpan<double> means, ReadOnlySpan<double> variances)
    {
        var chance = 1.0;
        for (var treatment = 0; treatment < means.Length; treatment++)
        {
            chance *= treatment == except ? 1 : Normal.Cdf((value - means[treatment]) / Math.Sqrt(variances[treatment]));
        }

        return chance;
    }
}
