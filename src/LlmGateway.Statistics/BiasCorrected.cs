namespace LlmGateway.Statistics;

/// <summary>
/// The bias-corrected and accelerated bootstrap interval: B. Efron, Better bootstrap confidence intervals, JASA 82 (1987)
/// 171–185.
/// </summary>
internal static class BiasCorrected
{
    /// <param name="resampled">The figure in each resample; sorted here.</param>
    /// <param name="observed">The figure itself.</param>
    /// <param name="acceleration">From the jackknife; see <see cref="Acceleration"/>.</param>
    /// <param name="level">Confidence.</param>
    public static Interval Interval(double[] resampled, double observed, double acceleration, double level)
    {
        Array.Sort(resampled);
        var bias = Bias(resampled, observed);
        var z = Confidence.Z(level);
        return new Interval(At(resampled, Adjusted(-z, bias, acceleration)), At(resampled, Adjusted(z, bias, acceleration)));
    }

    /// <summary>A sixth of the skewness of what each observation moves the figure by; null where nothing moves it.</summary>
    /// <param name="influences">How much the figure falls when an observation is left out, less the mean of these; in any unit.</param>
    public static double? Acceleration(ReadOnlySpan<double> influences)
    {
        var (squares, cubes) = (0.0, 0.0);
        foreach (var influence in influences)
        {
            squares += influence * influence;
            cubes += influence * influence * influence;
        }

        return squares < 1e-24 * influences.Length ? null : cubes / (6 * Math.Pow(squares, 1.5));
    }

    /// <summary>The quantile of the share of resampled figures below the observed one; those equal to it count half.</summary>
    private static double Bias(double[] resampled, double observed)
    {
        var tolerance = 1e-12 * Math.Max(1, Math.Abs(observed));
        var below = 0.0;
        foreach (var figure in resampled)
        {
            below += figure < observed - tolerance ? 1 : figure <= observed + tolerance ? 0.5 : 0;
        }

        return Normal.Quantile(Math.Clamp(below / resampled.Length, 0.5 / resampled.Length, 1 - (0.5 / resampled.Length)));
    }

    private static double Adjusted(double z, double bias, double acceleration) =>
        Normal.Cdf(bias + ((bias + z) / (1 - (acceleration * (bias + z)))));

    /// <summary>The quantile of sorted values, between its neighbours.</summary>
    public static double At(double[] sorted, double share)
    {
        var position = share * (sorted.Length - 1);
        var below = (int)Math.Floor(position);
        var above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + ((position - below) * (sorted[above] - sorted[below]));
    }
}
