using LlmGateway.Evaluation.Comparisons;
using LlmGateway.Statistics;

namespace LlmGateway.Evaluation.Insights;

/// <summary>Shares and gains of probed items. The items are a sample of the run's, failed and passed ones each for themselves.</summary>
internal static class ItemShares
{
    public static ItemShare Of(int count, int of)
    {
        if (of == 0)
        {
            return new ItemShare(0, 0, null, null, null);
        }

        var interval = Proportion.Wilson(count, of);
        return new ItemShare(count, of, (double)count / of, interval.Low, interval.High);
    }

    /// <summary>The share of the items for which something is true, among those of which it is known.</summary>
    public static ItemShare Where(IEnumerable<ProbedItem> items, Func<Evidence, bool?> what)
    {
        var known = items.Select(item => what(item.Evidence)).OfType<bool>().ToList();
        return Of(known.Count(value => value), known.Count);
    }

    /// <summary>A share of the failed items as a share of all that were judged.</summary>
    public static Estimate OfAll(this ItemShare share, GradedCounts counts)
    {
        var weight = (double)counts.Failed / counts.Judged;
        return new Estimate(share.Value * weight, share.Low * weight, share.High * weight);
    }

    /// <summary>
    /// By how much the pass rate of all judged items changes: the paired difference among failed items and that among controls,
    /// each with Newcombe's interval, weighted by how many there are in the run and joined by <see cref="WeightedSum"/>.
    /// </summary>
    /// <param name="items">What was probed.</param>
    /// <param name="counts">The run's items.</param>
    /// <param name="before">Whether an item passes without the change.</param>
    /// <param name="after">Whether it passes with it.</param>
    /// <returns>Null where one of the two kinds was not measured.</returns>
    public static Estimate? Gain(IReadOnlyList<ProbedItem> items, GradedCounts counts, Func<ProbedItem, bool> before, Func<Evidence, bool?> after)
    {
        var strata = new List<WeightedEstimate>();
        foreach (var (isControl, size) in new[] { (false, counts.Failed), (true, counts.Passed) })
        {
            var pairs = Count(items.Where(item => item.Target.IsControl == isControl), before, after);
            if (size > 0 && pairs.Total == 0)
            {
                return null;
            }

            if (size > 0)
            {
                strata.Add(new WeightedEstimate((double)size / counts.Judged, pairs.Difference, PairedDifference.Newcombe(pairs)));
            }
        }

        var terms = strata.ToArray();
        var interval = WeightedSum.Interval(terms);
        return new Estimate(WeightedSum.Value(terms), Math.Max(-1, interval.Low), Math.Min(1, interval.High));
    }

    private static PairedCounts Count(IEnumerable<ProbedItem> items, Func<ProbedItem, bool> before, Func<Evidence, bool?> after)
    {
        var (both, onlyBefore, onlyAfter, neither) = (0, 0, 0, 0);
        foreach (var item in items)
        {
            if (after(item.Evidence) is { } passes)
            {
                _ = (before(item), passes) switch
                {
                    (true, true) => both++,
                    (true, false) => onlyBefore++,
                    (false, true) => onlyAfter++,
                    _ => neither++,
                };
            }
        }

        return new PairedCounts(both, onlyBefore, onlyAfter, neither);
    }
}
