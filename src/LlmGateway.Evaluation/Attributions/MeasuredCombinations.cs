namespace LlmGateway.Evaluation.Attributions;

/// <summary>What was measured of the items that have a score under every combination.</summary>
internal sealed class MeasuredCombinations
{
    private readonly Dictionary<int, double[]> _scores = [];
    private readonly Dictionary<int, double[]> _costs = [];
    private readonly Dictionary<int, double[]> _latencies = [];

    /// <param name="runs">The combinations' runs.</param>
    /// <param name="byRun">By run and item.</param>
    /// <param name="items">The items that count.</param>
    /// <param name="leftOut">How many others there are.</param>
    public MeasuredCombinations(
        IReadOnlyList<CombinationRun> runs, IReadOnlyDictionary<string, IReadOnlyDictionary<string, ItemMeasures>> byRun, IReadOnlyList<string> items, int leftOut)
    {
        (Items, LeftOut) = (items.Count, leftOut);
        foreach (var run in runs)
        {
            List<ItemMeasures> measures = [.. items.Select(item => byRun[run.Run!.Id][item])];
            _scores[run.Combination] = [.. measures.Select(measure => measure.Score!.Value)];
            Keep(_costs, run.Combination, [.. measures.Select(measure => measure.CostUsd)]);
            Keep(_latencies, run.Combination, [.. measures.Select(measure => measure.LatencyMs)]);
        }
    }

    public int Items { get; }

    public int LeftOut { get; }

    /// <summary>Whether every call's cost is known.</summary>
    public bool HasCosts => _costs.Count == _scores.Count;

    /// <summary>Whether it is known of every item how long its call took.</summary>
    public bool HasLatencies => _latencies.Count == _scores.Count;

    public double[] Scores(int combination) => _scores[combination];

    public double[] Costs(int combination) => _costs[combination];

    public double[] Latencies(int combination) => _latencies[combination];

    private static void Keep(Dictionary<int, double[]> kept, int combination, IReadOnlyList<double?> values)
    {
        if (values.All(value => value is not null))
        {
            kept[combination] = [.. values.Select(value => value!.Value)];
        }
    }
}
