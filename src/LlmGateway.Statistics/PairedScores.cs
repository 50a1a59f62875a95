namespace LlmGateway.Statistics;

/// <summary>
/// The mean of differences between numeric scores of the same items: the second's score less the first's. Both methods
/// resample the items and suppose no distribution; equal seeds give equal results.
/// </summary>
public static class PairedScores
{
    /// <summary>10,000.</summary>
    public const int Resamples = 10_000;

    /// <summary>
    /// The bias-corrected and accelerated bootstrap interval of the mean difference: B. Efron, Better bootstrap confidence
    /// intervals, JASA 82 (1987) 171–185, with the acceleration from the jackknife. Null for fewer than two items.
    /// </summary>
    /// <param name="differences">One for each item.</param>
    /// <param name="seed">Chooses the resamples.</param>
    /// <param name="level">Confidence; the default is 0.95.</param>
    public static Interval? Bootstrap(ReadOnlySpan<double> differences, ulong seed, double level = 0.95)
    {
        if (differences.Length < 2)
        {
            return null;
        }

        var mean = Moments.Mean(differences);
        var (acceleration, isConstant) = Acceleration(differences, mean);
        if (isConstant)
        {
            return new Interval(mean, mean);
        }

        var means = ResampleMeans(differences, seed);
        var bias = Bias(means, mean);
        var z = Confidence.Z(level);
        return new Interval(At(means, Adjusted(-z, bias, acceleration)), At(means, Adjusted(z, bias, acceleration)));
    }

    /// <summary>
    /// Two-sided p of no difference: how often signs at random give a mean as far from zero (R. A. Fisher's randomization test
    /// for pairs, by sampling). Never zero: the observed signs count as one more sample.
    /// </summary>
    /// <param name="differences">One for each item.</param>
    /// <param name="seed">Chooses the signs.</param>
    public static double SignFlipP(ReadOnlySpan<double> differences, ulong seed)
    {
        var random = new Resampling(seed);
        var observed = 0.0;
        var magnitude = 0.0;
        foreach (var difference in differences)
        {
            observed += difference;
            magnitude += Math.Abs(difference);
        }

        // Sums that differ by rounding alone are equal.
        var threshold = Math.Abs(observed) - (magnitude * 1e-12);
        var asFar = 1;
        for (var sample = 0; sample < Resamples; sample++)
        {
            asFar += Math.Abs(random.SumWithSigns(differences)) >= threshold ? 1 : 0;
        }

        return (double)asFar / (Resamples + 1);
    }

    private static double[] ResampleMeans(ReadOnlySpan<double> differences, ulong seed)
    {
        var random = new Resampling(seed);
        var means = new double[Resamples];
        for (var sample = 0; sample < Resamples; sample++)
        {
            means[sample] = random.SumOfSample(differences) / differences.Length;
        }

        Array.Sort(means);
        return means;
    }

    /// <summary>For a mean the jackknife needs no recomputation: leaving an item out moves it by (dᵢ − d̄)/(n − 1).</summary>
    private static (double Acceleration, bool IsConstant) Acceleration(ReadOnlySpan<double> differences, double mean)
    {
        var (squares, cubes) = (0.0, 0.0);
        foreach (var difference in differences)
        {
            var deviation = difference - mean;
            squares += deviation * deviation;
            cubes += deviation * deviation * deviation;
        }

        return squares < 1e-24 * differences.Length ? (0, true) : (cubes / (6 * Math.Pow(squares, 1.5)), false);
    }

    /// <summary>The quantile of the share of resampled means below the observed one; those equal to it count half.</summary>
    private static double Bias(double[] means, double mean)
    {
        var tolerance = 1e-12 * Math.Max(1, Math.Abs(mean));
        var below = 0.0;
        foreach (var resampled in means)
        {
            below += resampled < mean - tolerance ? 1 : resampled <= mean + tolerance ? 0.5 : 0;
        }

        return Normal.Quantile(Math.Clamp(below / means.Length, 0.5 / means.Length, 1 - (0.5 / means.Length)));
    }

    private static double Adjusted(double z, double bias, double acceleration) =>
        Normal.Cdf(bias + ((bias + z) / (1 - (acceleration * (bias + z)))));

    /// <summary>The quantile of sorted values, between its neighbours.</summary>
    private static double At(double[] sorted, double share)
    {
        var position = share * (sorted.Length - 1);
        var below = (int)Math.Floor(position);
        var above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + ((position - below) * (sorted[above] - sorted[below]));
    }
}
