namespace LlmGateway.Statistics;

/// <summary>
/// Whether a treatment's rate is above the control's by more than a margin, from the first value on: nothing is taken to be normal, so
/// that a treatment all of whose calls fail is known after a handful of them.
/// </summary>
public static class RateExcess
{
    /// <summary>Steps of the search for the likeliest rate; each leaves two thirds of the range.</summary>
    private const int Steps = 60;

    /// <summary>
    /// A p-value that may be looked at after every value: the chance that it ever falls to α or below, where the treatment's rate is not
    /// above the control's by more than the margin, is at most α. One over the likelihood of the values when each rate is drawn from
    /// Jeffreys's prior, against their likelihood at the best pair of rates that the margin allows (universal inference: L. Wasserman,
    /// A. Ramdas and S. Balakrishnan, PNAS 117 (2020) 16880–16890, section 8). It holds for any values from 0 to 1, as a mean of an
    /// exponent's factors is at least the factor of its mean.
    /// </summary>
    /// <param name="control">Values from 0 to 1.</param>
    /// <param name="treatment">Values from 0 to 1.</param>
    /// <param name="margin">How much more is borne, from 0 to below 1.</param>
    public static double P(ArmSums control, ArmSums treatment, double margin)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(margin);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(margin, 1);
        if (treatment.Count == 0 || control.Count == 0 || treatment.Mean - control.Mean <= margin)
        {
            return 1;
        }

        // The rates that explain the values best lie beyond the margin: those within that do so lie on its edge.
        var (low, high) = (0.0, 1 - margin);
        for (var step = 0; step < Steps; step++)
        {
            var third = (high - low) / 3;
            (low, high) = AtEdge(low + third) < AtEdge(high - third) ? (low + third, high) : (low, high - third);
        }

        return Math.Min(1, Math.Exp(AtEdge((low + high) / 2) - LogMixture(control) - LogMixture(treatment)));

        double AtEdge(double rate) => LogLikelihood(control, rate) + LogLikelihood(treatment, rate + margin);
    }

    private static double LogLikelihood(ArmSums arm, double rate) => Term(arm.Sum, rate) + Term(arm.Count - arm.Sum, 1 - rate);

    private static double Term(double times, double chance) => times <= 0 ? 0 : times * Math.Log(Math.Max(0, chance));

    /// <summary>ln of ∫ p^s (1 − p)^(n − s) over the prior Beta(½, ½).</summary>
    private static double LogMixture(ArmSums arm)
    {
        var sum = Math.Clamp(arm.Sum, 0, arm.Count);
        return LogGamma.Of(sum + 0.5) + LogGamma.Of(arm.Count - sum + 0.5) - LogGamma.Of(arm.Count + 1) - Math.Log(Math.PI);
    }
}
