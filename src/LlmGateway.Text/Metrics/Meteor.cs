namespace LlmGateway.Text.Metrics;

/// <summary>
/// METEOR with its exact module alone, without stems and synonyms (S. Banerjee and A. Lavie, METEOR: an automatic metric for MT
/// evaluation, 2005): words weigh recall nine times precision, and words out of order cost up to half.
/// </summary>
public static class Meteor
{
    /// <summary>From 0, nothing shared, to nearly 1: equal texts of n words score 1 − 1/(2n³).</summary>
    public static double Score(IReadOnlyList<string> candidate, IReadOnlyList<string> reference)
    {
        var alignment = Align(candidate, reference);
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

    /// <summary>
    /// For each word of the candidate its place in the reference, or −1. A word goes on after the one before it where it can, else
    /// it takes the first free place: chunks are few, though not always the fewest.
    /// </summary>
    private static int[] Align(IReadOnlyList<string> candidate, IReadOnlyList<string> reference)
    {
        var places = reference.Select((word, place) => (word, place)).ToLookup(pair => pair.word, pair => pair.place);
        var taken = new bool[reference.Count];
        var alignment = new int[candidate.Count];
        var previous = -1;
        for (var index = 0; index < candidate.Count; index++)
        {
            var place = previous + 1 < reference.Count && !taken[previous + 1] && reference[previous + 1] == candidate[index]
                ? previous + 1
                : places[candidate[index]].Where(free => !taken[free]).DefaultIfEmpty(-1).First();
            alignment[index] = place;
            if (place >= 0)
            {
                taken[place] = true;
                previous = place;
            }
        }

        return alignment;
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
