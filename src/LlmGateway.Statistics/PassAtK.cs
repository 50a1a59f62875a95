namespace LlmGateway.Statistics;

/// <summary>Items that had so many samples of which so many passed.</summary>
public readonly record struct PassCount(int Samples, int Passed, int Items);

/// <summary>How likely some or all of k samples pass, from n ≥ k samples of each item.</summary>
public static class PassAtK
{
    /// <summary>
    /// The mean over items of 1 − C(n−c, k) / C(n, k): at least one of k samples passes. The unbiased estimator of Chen et al.,
    /// Evaluating Large Language Models Trained on Code (2021), equation 1, <see href="https://arxiv.org/abs/2107.03374"/>.
    /// </summary>
    /// <param name="counts">The items.</param>
    /// <param name="k">From 1.</param>
    /// <returns>Null if no item has k samples; items with fewer are left out.</returns>
    public static double? Any(IEnumerable<PassCount> counts, int k) => Mean(counts, k, count => 1 - Share(count.Samples - count.Passed, count.Samples, k));

    /// <summary>
    /// The mean over items of C(c, k) / C(n, k): all of k samples pass, pass^k of Yao et al., τ-bench (2024), section 3,
    /// <see href="https://arxiv.org/abs/2406.12045"/>.
    /// </summary>
    /// <inheritdoc cref="Any"/>
    public static double? All(IEnumerable<PassCount> counts, int k) => Mean(counts, k, count => Share(count.Passed, count.Samples, k));

    private static double? Mean(IEnumerable<PassCount> counts, int k, Func<PassCount, double> estimate)
    {
        var (sum, items) = (0.0, 0);
        foreach (var count in counts.Where(count => count.Samples >= k))
        {
            sum += count.Items * estimate(count);
            items += count.Items;
        }

        return items == 0 ? null : sum / items;
    }

    /// <summary>C(m, k) / C(n, k) as a product, which does not overflow.</summary>
    private static double Share(int m, int n, int k)
    {
        var share = 1.0;
        for (var i = 0; i < k; i++)
        {
            share *= Math.Max(0, m - i) / (double)(n - i);
        }

        return share;
    }
}
