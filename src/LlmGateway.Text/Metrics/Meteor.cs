namespace LlmGateway.Text.Metrics;

/// <summary>
/// METEOR without its synonyms (S. Banerjee and A. Lavie, METEOR: an automatic metric for MT evaluation, 2005): recall weighs nine
/// times precision, and words out of order cost up to half. For its stems, give it stems for words.
/// </summary>
public static class Meteor
{
    /// <summary>From 0, nothing shared, to nearly 1: equal texts of n words score 1 − 1/(2n³).</summary>
    public static double Score(IReadOnlyList<string> candidate, IReadOnlyList<string> reference)
    {
        var alignment = WordAlignment.FewestCrossings(candidate, reference);
        var matches = alignment.Count(place => place >= 0);
        if (matches == 0)
        {
            return candidate.Count + reference.Count == 0 ? 1 : 0;
        }

        var (precision, recall) = ((double)matches / candidate.Count, (double)matches / reference.Count);
        var mean = 10 * precision * recall / (recall + (9 * precision));
        var fragmentation = (double)Chunks(alignment) / matches;
        return mean * (1 - (0.5 * fragmentation * fragmentation * fragmentation));
    }

    /// <summary>Runs of words that stand side by side in both.</summary>
    private static int Chunks(int[] alignment)
    {
        var (chunks, last) = (0, -2);
        foreach (var place in alignment)
        {
            if (place >= 0 && place != last + 1)
            {
                chunks++;
            }

            last = place < 0 ? -2 : place;
        }

        return chunks;
    }
}
