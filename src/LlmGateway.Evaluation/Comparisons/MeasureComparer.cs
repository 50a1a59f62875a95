namespace LlmGateway.Evaluation.Comparisons;

/// <summary>Compares what two runs took, by the items for which both are known.</summary>
internal static class MeasureComparer
{
    /// <returns>Null where it is known for no item in both runs.</returns>
    public static MeasureComparison? Compare(JoinedRuns joined, Func<ScoredItem, double?> measure, ulong seed)
    {
        var paired = joined.Pair(measure, _ => false);
        return paired.Pairs.Count == 0
            ? null
            : new MeasureComparison(
                paired.Pairs.Count,
                joined.Common.Count - paired.Pairs.Count,
                paired.Before.Mean,
                paired.After.Mean,
                paired.Changes.Estimate(seed),
                paired.Changes.IntervalMethod);
    }
}
