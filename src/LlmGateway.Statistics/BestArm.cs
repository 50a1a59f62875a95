namespace LlmGateway.Statistics;

/// <summary>How likely each of several arms is the best one.</summary>
public static class BestArm
{
    private const int Draws = 4096;

    /// <summary>
    /// The share of draws from the arms' normal posteriors in which each has the greatest value; they add up to 1, and are the same for a
    /// seed on every machine. To give each arm that share of the traffic is Thompson sampling: W. R. Thompson, On the Likelihood that One
    /// Unknown Probability Exceeds Another, Biometrika 25 (1933) 285–294.
    /// </summary>
    /// <param name="means">Each posterior's mean; larger is better.</param>
    /// <param name="variances">As many, at least 0.</param>
    /// <param name="seed">What the draws begin with.</param>
    public static double[] Chances(ReadOnlySpan<double> means, ReadOnlySpan<double> variances, ulong seed)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(means.Length, variances.Length);
        var random = new Resampling(seed);
        var chances = new double[means.Length];
        for (var draw = 0; draw < Draws; draw++)
        {
            var (best, greatest) = (0, double.NegativeInfinity);
            for (var arm = 0; arm < means.Length; arm++)
            {
                // The middle of one of 2⁵³ equal parts of 0 to 1: neither end, where the quantile is infinite.
                var uniform = ((random.Next() >> 11) + 0.5) / (1UL << 53);
                var value = means[arm] + (Math.Sqrt(variances[arm]) * Normal.Quantile(uniform));
                (best, greatest) = value > greatest ? (arm, value) : (best, greatest);
            }

            chances[best] += 1.0 / Draws;
        }

        return chances;
    }
}
