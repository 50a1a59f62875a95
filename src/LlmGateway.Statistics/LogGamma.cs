namespace LlmGateway.Statistics;

/// <summary>ln Γ(x).</summary>
internal static class LogGamma
{
    /// <summary>From here on the series below is exact to the last digits of a double.</summary>
    private const double SeriesFrom = 16;

    private static readonly double HalfLogTwoPi = Math.Log(2 * Math.PI) / 2;

    /// <summary>Stirling's series (Abramowitz and Stegun 6.1.41), after x is raised by Γ(x + 1) = xΓ(x).</summary>
    /// <param name="x">Above 0.</param>
    public static double Of(double x)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(x);
        var product = 1.0;
        for (; x < SeriesFrom; x++)
        {
            product *= x;
        }

        var square = 1 / (x * x);
        var series = (1.0 / 12) - (square * ((1.0 / 360) - (square * ((1.0 / 1260) - (square * ((1.0 / 1680) - (square / 1188)))))));
        return ((x - 0.5) * Math.Log(x)) - x + HalfLogTwoPi + (series / x) - Math.Log(product);
    }
}
