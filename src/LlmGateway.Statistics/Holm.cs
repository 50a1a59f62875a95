namespace LlmGateway.Statistics;

/// <summary>
/// Adjusts p-values for the number of questions asked, so that any false alarm among them stays as unlikely as one: S. Holm,
/// A simple sequentially rejective multiple test procedure, Scandinavian Journal of Statistics 6 (1979) 65–70.
/// </summary>
public static class Holm
{
    /// <returns>The adjusted values in the order given.</returns>
    public static IReadOnlyList<double> Adjust(IReadOnlyList<double> p)
    {
        var order = Enumerable.Range(0, p.Count).OrderBy(index => p[index]).ToArray();
        var adjusted = new double[p.Count];
        var largest = 0.0;
        for (var rank = 0; rank < order.Length; rank++)
        {
            largest = Math.Max(largest, Math.Min(1, (p.Count - rank) * p[order[rank]]));
            adjusted[order[rank]] = largest;
        }

        return adjusted;
    }
}
