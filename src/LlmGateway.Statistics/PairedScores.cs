namespace LlmGateway.Statistics;

/// <summary>
/// The mean of numbers of the same items, such as differences between two scores. Both methods resample the items and suppose
/// no distribution; equal seeds give equal results.
/// </summary>
public static class PairedScores
{
    /// <summary>10,000.</summary>
    public const int Resamples = 10_000;

    /// <summary>
    /// The bias-corrected and accelerated bootstrap interval of the mean (Efron 1987), with the acceleration from the jackknife.
    /// Null for fewer than two items.
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

        // For a mean the jackknife needs no recomputation: leaving an item out moves it by (dᵢ − d̄)/(n − 1).
        var influences = new double[differences.Length];
        for (var index = 0; index < influences.Length; index++)
        {
            influences[index] = differences[index] - mean;
        }

        return BiasCorrected.Acceleration(influences) is { } acceleration
            ? BiasCorrected.Interval(ResampleMeans(differences, seed), mean, acceleration, level)
            : new Interval(mean, mean);
    }

    /// <summary>
    /// Two-sided p of no difference: how often signs at random give a mean as far from zero (R. A. Fisher's randomization test
    /// for pairs, by sampling). Never zero: the observed signs count as one more sample.
    /// </summary>
    /// <param name="differences">One for each item, or the sum of each cluster of items, which then change sign together.</param>
    /// <param name="seed">Chooses the signs.</param>
    public static double SignFlipP(ReadOnlySpan<double> differences, ulong seed)
    {
        var (observed, magnitude) = (0.0, 0.0);
        foreach (var difference in differences)
        {
            observed += difference;
            magnitude += Math.Abs(difference);
        }

        // Sums that differ by rounding alone are equal.
        var threshold = Math.Abs(observed) - (magnitude * 1e-12);
        var sums = new SignedSums(differences);
        var random = new Resampling(seed);
        var asFar = 1;
        for (var sample = 0; sample < Resamples; sample++)
        {
            asFar += Math.Abs(sums.Next(ref random)) >= threshold ? 1 : 0;
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

        return means;
    }
}
