namespace LlmGateway.Statistics;

/// <summary>
/// Whether arms are given out as their weights say. Where they are not, what loses calls differs between the arms, and so may whatever is
/// compared.
/// </summary>
public static class SampleRatio
{
    /// <summary>How many calls the prior on other weights is worth: differences of a few hundredths are looked for.</summary>
    private const double PriorCalls = 1000;

    /// <summary>
    /// A p-value that may be looked at after every call: the chance that it ever falls to α or below, where the weights are right, is at
    /// most α. The inverse of the Bayes factor against a Dirichlet prior around the weights: M. Lindon and A. Malek, Anytime-Valid
    /// Inference for Multinomial Count Data, NeurIPS 2022.
    /// </summary>
    /// <param name="counts">Calls of each arm, at least 0.</param>
    /// <param name="weights">As many, above 0; their sum counts as the whole.</param>
    public static double P(ReadOnlySpan<long> counts, ReadOnlySpan<double> weights)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(counts.Length, weights.Length);
        var total = 0.0;
        foreach (var weight in weights)
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(weight);
            total += weight;
        }

        var (logFactor, calls) = (0.0, 0L);
        for (var arm = 0; arm < counts.Length; arm++)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(counts[arm]);
            var (share, count) = (weights[arm] / total, counts[arm]);
            logFactor += LogGamma.Of((PriorCalls * share) + count) - LogGamma.Of(PriorCalls * share) - (count * Math.Log(share));
            calls += count;
        }

        logFactor += LogGamma.Of(PriorCalls) - LogGamma.Of(PriorCalls + calls);
        return Math.Min(1, Math.Exp(-logFactor));
    }
}
