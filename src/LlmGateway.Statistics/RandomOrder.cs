namespace LlmGateway.Statistics;

/// <summary>An order by chance that a seed makes the same on every machine: Fisher and Yates's shuffle.</summary>
public static class RandomOrder
{
    /// <summary>Reorders the list.</summary>
    public static void Shuffle<T>(IList<T> values, ulong seed)
    {
        var random = new Resampling(seed);
        for (var last = values.Count - 1; last > 0; last--)
        {
            // The bias of a share of 2³² is far below what chance itself leaves.
            var other = (int)(((random.Next() & uint.MaxValue) * (ulong)(last + 1)) >> 32);
            (values[last], values[other]) = (values[other], values[last]);
        }
    }
}
