namespace LlmGateway.Evaluation.Runs;

/// <summary>
/// What repetitions tell. The lists begin with k = 1: the chance that at least one (<c>pass_at_k</c>) and that all of k samples
/// (<c>pass_hat_k</c>) pass. Items with fewer than k samples that are neither error nor abstention are left out; null if that
/// leaves none.
/// </summary>
internal sealed record RepetitionView(
    IReadOnlyList<double?> PassAtK, IReadOnlyList<double?> PassHatK, double? VarianceBetweenItems, double? VarianceWithinItems)
{
    public static RepetitionView? Of(RepetitionTotals? totals)
    {
        if (totals is null)
        {
            return null;
        }

        var ks = Enumerable.Range(1, totals.Passes.Select(count => count.Samples).DefaultIfEmpty().Max()).ToList();
        return new RepetitionView(
            [.. ks.Select(k => Statistics.PassAtK.Any(totals.Passes, k))],
            [.. ks.Select(k => Statistics.PassAtK.All(totals.Passes, k))],
            totals.Variance.BetweenItems,
            totals.Variance.WithinItems);
    }
}
