namespace LlmGateway.Text.Metrics;

/// <summary>The longest common subsequence.</summary>
internal static class Subsequence
{
    /// <summary>Its length, by the usual table kept to one row: time in the product of the lengths.</summary>
    public static int Length<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b)
        where T : IEquatable<T>
    {
        var row = new int[b.Length + 1];
        foreach (var item in a)
        {
            var diagonal = 0;
            for (var column = 1; column <= b.Length; column++)
            {
                var above = row[column];
                row[column] = item.Equals(b[column - 1]) ? diagonal + 1 : Math.Max(above, row[column - 1]);
                diagonal = above;
            }
        }

        return row[^1];
    }
}
