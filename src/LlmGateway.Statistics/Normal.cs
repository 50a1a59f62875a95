namespace LlmGateway.Statistics;

/// <summary>The standard normal distribution. Sources: Abramowitz and Stegun, Handbook of Mathematical Functions, chapter 26.2.</summary>
public static class Normal
{
    /// <summary>Beyond it the series loses digits in the tail, and the continued fraction converges soon.</summary>
    private const double SeriesLimit = 2.5;

    private const int FractionTerms = 120;

    private static readonly double SqrtTwoPi = Math.Sqrt(2 * Math.PI);

    public static double Density(double x) => Math.Exp(-x * x / 2) / SqrtTwoPi;

    /// <summary>The probability of at most <paramref name="x"/>; relative error below 1e-13, also in the lower tail (26.2.10 and 26.2.14).</summary>
    public static double Cdf(double x) =>
        double.IsNaN(x) ? double.NaN
        : Math.Abs(x) <= SeriesLimit ? 0.5 + (Density(x) * Series(x))
        : x < 0 ? UpperTail(-x)
        : 1 - UpperTail(x);

    /// <summary>
    /// The x whose <see cref="Cdf"/> is <paramref name="p"/>, infinite at 0 and 1; relative error below 1e-13 (the start
    /// 26.2.23, then Halley's steps).
    /// </summary>
    public static double Quantile(double p)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(p);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(p, 1);
        if (p is 0 or 1)
        {
            return p == 0 ? double.NegativeInfinity : double.PositiveInfinity;
        }

        // The upper half mirrors the lower one, where a probability keeps its digits.
        return p > 0.5 ? -LowerQuantile(1 - p) : LowerQuantile(p);
    }

    private static double LowerQuantile(double p)
    {
        var t = Math.Sqrt(-2 * Math.Log(p));
        var x = ((2.515517 + (t * (0.802853 + (t * 0.010328)))) / (1 + (t * (1.432788 + (t * (0.189269 + (t * 0.001308))))))) - t;
        for (var step = 0; step < 3; step++)
        {
            var error = (Cdf(x) - p) / Density(x);
            x -= error / (1 + (x * error / 2));
        }

        return x;
    }

    /// <summary>x + x³/3 + x⁵/(3·5) + …</summary>
    private static double Series(double x)
    {
        var (sum, term) = (x, x);
        for (var odd = 3; Math.Abs(term) > Math.Abs(sum) * 1e-17; odd += 2)
        {
            term *= x * x / odd;
            sum += term;
        }

        return sum;
    }

    /// <summary>density(x) / (x + 1/(x + 2/(x + 3/(x + …)))), from its end.</summary>
    private static double UpperTail(double x)
    {
        var fraction = x;
        for (var term = FractionTerms; term > 0; term--)
        {
            fraction = x + (term / fraction);
        }

        return Density(x) / fraction;
    }
}
