namespace LlmGateway.Benchmarks.Local;

/// <summary>A mean with its 95 % interval.</summary>
internal readonly record struct Interval(double Mean, double Low, double High, int Cases)
{
    private const double Z = 1.959964;
    private const int Resamples = 2000;
    private const int Seed = 77;

    /// <summary>Of right or wrong cases: Wilson's score interval (E. B. Wilson, 1927).</summary>
    public static Interval Wilson(int right, int cases)
    {
        var mean = (double)right / cases;
        var scale = 1 + (Z * Z / cases);
        var middle = (mean + (Z * Z / (2 * cases))) / scale;
        var half = Z * Math.Sqrt((mean * (1 - mean) / cases) + (Z * Z / (4.0 * cases * cases))) / scale;
        return new Interval(mean, middle - half, middle + half, cases);
    }

    /// <summary>Of graded cases: the percentiles of 2,000 resamples with a fixed seed.</summary>
    public static Interval Bootstrap(IReadOnlyList<double> values)
    {
        var random = new Random(Seed);
        var means = new double[Resamples];
        for (var i = 0; i < Resamples; i++)
        {
            for (var j = 0; j < values.Count; j++)
            {
                means[i] += values[random.Next(values.Count)] / values.Count;
            }
        }

        Array.Sort(means);
        return new Interval(values.Average(), means[Resamples * 25 / 1000], means[Resamples * 975 / 1000], values.Count);
    }
}
