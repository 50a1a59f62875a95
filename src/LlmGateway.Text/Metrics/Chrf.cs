using System.Runtime.InteropServices;

namespace LlmGateway.Text.Metrics;

/// <summary>
/// chrF of one sentence: the F-score of shared runs of one to six characters (M. Popović, chrF: character n-gram F-score for automatic
/// MT evaluation, WMT 2015). As sacreBLEU computes it: case counts, and precision and recall are averaged over the orders that both
/// texts have.
/// </summary>
public static class Chrf
{
    private const int Orders = 6;

    /// <summary>From 0, nothing shared, to 1, equal; sacreBLEU's is a hundred times this. Two empty texts are equal.</summary>
    /// <param name="candidate">What is judged.</param>
    /// <param name="reference">What it should be.</param>
    /// <param name="beta">How much more recall weighs than precision. The default is 2: chrF2.</param>
    /// <param name="keepSpaces">Whether white space counts; by default it does not.</param>
    public static double Score(string candidate, string reference, double beta = 2, bool keepSpaces = false)
    {
        var (said, wanted) = keepSpaces ? (candidate, reference) : (WithoutSpaces(candidate), WithoutSpaces(reference));
        if (said.Length == 0 || wanted.Length == 0)
        {
            return said.Length == wanted.Length ? 1 : 0;
        }

        var orders = Math.Min(Orders, Math.Min(said.Length, wanted.Length));
        var (precision, recall) = (0.0, 0.0);
        for (var n = 1; n <= orders; n++)
        {
            double shared = Shared(said, wanted, n);
            precision += shared / (said.Length - n + 1);
            recall += shared / (wanted.Length - n + 1);
        }

        // Both are still sums: their means' F-score is the sums' F-score over the number of orders.
        var weight = beta * beta;
        return precision == 0 ? 0 : (1 + weight) * precision * recall / ((weight * precision) + recall) / orders;
    }

    private static int Shared(string candidate, string reference, int n)
    {
        var left = new Dictionary<string, int>();
        for (var start = 0; start + n <= reference.Length; start++)
        {
            CollectionsMarshal.GetValueRefOrAddDefault(left, reference.Substring(start, n), out _)++;
        }

        var lookup = left.GetAlternateLookup<ReadOnlySpan<char>>();
        var shared = 0;
        for (var start = 0; start + n <= candidate.Length; start++)
        {
            var gram = candidate.AsSpan(start, n);
            if (lookup.TryGetValue(gram, out var count) && count > 0)
            {
                lookup[gram] = count - 1;
                shared++;
            }
        }

        return shared;
    }

    private static string WithoutSpaces(string text) => string.Concat(text.Where(c => !char.IsWhiteSpace(c)));
}
