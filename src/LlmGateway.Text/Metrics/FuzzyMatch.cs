namespace LlmGateway.Text.Metrics;

/// <summary>Likeness of two texts by their characters.</summary>
public static class FuzzyMatch
{
    /// <summary>
    /// The normalized Indel similarity, 2·LCS / (|a| + |b|), which is RapidFuzz's <c>fuzz.ratio</c> over 100: 1 for equal texts, 0
    /// for texts without a common character. Case and spaces count. The time
    /// is the product of the lengths.
    /// </summary>
    public static double Ratio(string a, string b)
    {
        var total = a.Length + b.Length;
        return total == 0 ? 1 : 2.0 * Subsequence.Length<char>(a, b) / total;
    }
}
