namespace LlmGateway.Text.Metrics;

/// <summary>
/// How well a ranked list of documents answers one query, by the first k of them. A document that comes twice counts where it came
/// first. The definitions are those of <c>trec_eval</c>.
/// </summary>
/// <param name="Precision">Relevant ones among the first k, over k, also where fewer were retrieved.</param>
/// <param name="Recall">Relevant ones among the first k, over all relevant ones.</param>
/// <param name="Hit">1 if one of the first k is relevant, else 0.</param>
/// <param name="ReciprocalRank">1 over the rank of the first relevant one of the first k, else 0.</param>
/// <param name="Ndcg">
/// Discounted gain over the best possible order's, with gain = relevance and discount = log₂(rank + 1) (K. Järvelin and J. Kekäläinen,
/// Cumulated gain-based evaluation of IR techniques, ACM TOIS 20 (2002) 422–446).
/// </param>
public sealed record RankedIds(double Precision, double Recall, double Hit, double ReciprocalRank, double Ndcg)
{
    /// <param name="retrieved">Ids, best first.</param>
    /// <param name="relevance">The gain of each judged document, at least 0; one that is absent, or of gain 0, is not relevant.</param>
    /// <param name="k">At least 1.</param>
    /// <returns>Null where nothing is relevant: there is nothing to find.</returns>
    public static RankedIds? Score(IEnumerable<string> retrieved, IReadOnlyDictionary<string, double> relevance, int k)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 1);
        double[] ideal = [.. relevance.Values.Where(gain => gain > 0).OrderDescending()];
        if (ideal.Length == 0)
        {
            return null;
        }

        double[] gains = [.. retrieved.Distinct().Take(k).Select(id => relevance.GetValueOrDefault(id))];
        var found = gains.Count(gain => gain > 0);
        var first = Array.FindIndex(gains, gain => gain > 0);
        return new RankedIds(
            (double)found / k,
            (double)found / ideal.Length,
            found > 0 ? 1 : 0,
            first < 0 ? 0 : 1.0 / (first + 1),
            Discounted(gains) / Discounted(ideal.AsSpan(0, Math.Min(k, ideal.Length))));
    }

    private static double Discounted(ReadOnlySpan<double> gains)
    {
        var sum = 0.0;
        for (var place = 0; place < gains.Length; place++)
        {
            sum += gains[place] / Math.Log2(place + 2);
        }

        return sum;
    }
}
