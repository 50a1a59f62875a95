namespace LlmGateway.Statistics;

/// <summary>A weighted sum of independent estimates, such as those of a sample's strata.</summary>
public static class WeightedSum
{
    public static double Value(ReadOnlySpan<WeightedEstimate> terms)
    {
        var sum = 0.0;
        foreach (var term in terms)
        {
            sum += term.Weight * term.Value;
        }

        return sum;
    }

    /// <summary>
    /// The sum's interval by the method of variance estimates recovery: G. Y. Zou and A. Donner, Construction of confidence
    /// limits about effect measures: a general approach, Statistics in Medicine 27 (2008) 1693–1702. Each limit is as far from
    /// the sum as the root of the squared distances of the terms' own limits, so that intervals that are not symmetric stay so.
    /// For two shares with Wilson's intervals and the weights 1 and −1 it is Newcombe's score interval of their difference.
    /// </summary>
    public static Interval Interval(ReadOnlySpan<WeightedEstimate> terms)
    {
        var (below, above) = (0.0, 0.0);
        foreach (var (weight, value, interval) in terms)
        {
            var (low, high) = weight >= 0 ? (interval.Low, interval.High) : (interval.High, interval.Low);
            below += Square(weight * (value - low));
            above += Square(weight * (high - value));
        }

        var sum = Value(terms);
        return new Interval(sum - Math.Sqrt(below), sum + Math.Sqrt(above));
    }

    private static double Square(double value) => value * value;
}
