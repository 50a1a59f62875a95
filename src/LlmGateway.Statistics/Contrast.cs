namespace LlmGateway.Statistics;

/// <summary>
/// An effect of some of several changes, as weights on what was measured under combinations of them: the weighted sum is the
/// effect. A combination is a set of bits, that of value 1 for the first change; the empty one is the baseline. What is linear
/// in the measurements can be had item by item, so every effect has an interval by resampling items.
/// </summary>
public sealed class Contrast
{
    private Contrast(IReadOnlyDictionary<int, double> weights) => Weights = weights;

    /// <summary>By combination; none is zero.</summary>
    public IReadOnlyDictionary<int, double> Weights { get; }

    /// <summary>One combination less another.</summary>
    public static Contrast Between(int with, int without) => Of([(with, 1), (without, -1)]);

    /// <summary>Combinations may occur several times; their weights are added.</summary>
    public static Contrast Of(IEnumerable<(int Combination, double Weight)> terms) => new(
        terms.GroupBy(term => term.Combination).Select(group => KeyValuePair.Create(group.Key, group.Sum(term => term.Weight)))
            .Where(term => term.Value != 0).ToDictionary());

    /// <summary>The effect on each item.</summary>
    /// <param name="measured">What was measured of each item under a combination, all in the same order.</param>
    public double[] Of(Func<int, IReadOnlyList<double>> measured)
    {
        ArgumentNullException.ThrowIfNull(measured);
        var terms = Weights.OrderBy(term => term.Key).Select(term => (term.Value, Values: measured(term.Key))).ToList();
        var effects = new double[terms.Count == 0 ? 0 : terms[0].Values.Count];
        for (var item = 0; item < effects.Length; item++)
        {
            effects[item] = Sum(terms, item);
        }

        return effects;
    }

    /// <summary>What cancels out but for rounding is zero: a test of signs would take the rest for an effect.</summary>
    private static double Sum(List<(double Weight, IReadOnlyList<double> Values)> terms, int item)
    {
        var (sum, magnitude) = (0.0, 0.0);
        foreach (var (weight, values) in terms)
        {
            sum += weight * values[item];
            magnitude += Math.Abs(weight * values[item]);
        }

        return Math.Abs(sum) <= 1e-12 * magnitude ? 0 : sum;
    }
}
