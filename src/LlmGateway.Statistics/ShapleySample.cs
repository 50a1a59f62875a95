namespace LlmGateway.Statistics;

/// <summary>
/// Shapley values from some of the orders in which changes can be made, where there are too many combinations to measure all: J.
/// Castro, D. Gómez and J. Tejada, Polynomial calculation of the Shapley value based on sampling (2009). Each order comes with its
/// reverse, which evens out what early and late turns are worth (R. Mitchell et al., Sampling Permutations for Shapley Value
/// Estimation, JMLR 23 (2022), section 3). The values still add up to the whole effect exactly.
/// </summary>
public sealed class ShapleySample
{
    /// <summary>More orders than any budget of combinations lets through.</summary>
    private const int MaxPairs = 10_000;

    private readonly IReadOnlyList<int[]> _orders;

    private ShapleySample(IReadOnlyList<int[]> orders) => _orders = orders;

    /// <summary>Each with its reverse behind it.</summary>
    public IReadOnlyList<IReadOnlyList<int>> Orders => _orders;

    /// <summary>The combinations that the orders go through.</summary>
    public IEnumerable<int> Combinations => _orders.SelectMany(Prefixes).Distinct();

    /// <summary>Draws orders as long as their combinations are within the budget; the first pair is drawn in any case.</summary>
    /// <param name="changes">How many changes there are.</param>
    /// <param name="known">Combinations that are measured anyway.</param>
    /// <param name="budget">How many combinations may be measured, the known ones among them.</param>
    /// <param name="seed">Chooses the orders.</param>
    public static ShapleySample Draw(int changes, IEnumerable<int> known, int budget, ulong seed)
    {
        var random = new Resampling(seed);
        var combinations = known.ToHashSet();
        var orders = new List<int[]>();
        for (var pair = 0; pair < MaxPairs; pair++)
        {
            int[] order = [.. Enumerable.Range(0, changes)];
            random.Shuffle(order);
            int[] reverse = [.. order.Reverse()];
            var with = combinations.Concat(Prefixes(order)).Concat(Prefixes(reverse)).ToHashSet();
            if (with.Count > budget && orders.Count > 0)
            {
                break;
            }

            combinations = with;
            orders.AddRange([order, reverse]);
        }

        return new ShapleySample(orders);
    }

    /// <summary>The mean of what the change added at its turn.</summary>
    public Contrast Value(int change) => Contrast.Of(_orders.SelectMany(order =>
    {
        var (with, without) = Turn(order, change);
        return new[] { (with, 1.0 / _orders.Count), (without, -1.0 / _orders.Count) };
    }));

    /// <summary>
    /// The standard error that comes from having drawn these orders and not all: of the mean over the pairs. Null for fewer than two.
    /// </summary>
    /// <param name="change">Which change.</param>
    /// <param name="mean">The mean measured under a combination.</param>
    public double? StandardError(int change, Func<int, double> mean)
    {
        var added = _orders.Select(order => Turn(order, change)).Select(turn => mean(turn.With) - mean(turn.Without)).ToList();
        double[] pairs = [.. added.Chunk(2).Select(pair => pair.Average())];
        return Moments.StandardDeviation(pairs) is { } deviation ? deviation / Math.Sqrt(pairs.Length) : null;
    }

    /// <summary>The combinations just after the change was made, and just before.</summary>
    private static (int With, int Without) Turn(int[] order, int change)
    {
        var without = order.TakeWhile(made => made != change).Aggregate(0, (set, made) => set | (1 << made));
        return (without | (1 << change), without);
    }

    private static IEnumerable<int> Prefixes(int[] order)
    {
        var set = 0;
        yield return set;
        foreach (var change in order)
        {
            yield return set |= 1 << change;
        }
    }
}
