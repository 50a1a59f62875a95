using System.Numerics;

namespace LlmGateway.Text.Metrics;

/// <summary>
/// Which word of one text goes with which equal word of another: as many as possible, and of these alignments the one with the fewest
/// crossings, then the fewest chunks. Words left out and repeated words make the choice; it is made from left to right with a beam, as
/// METEOR itself does, which is exact for all but long and repetitive texts.
/// </summary>
internal static class WordAlignment
{
    private const int BeamWidth = 40;

    /// <summary>Places that are tried for one word; only a word that is repeated more often in the reference has as many.</summary>
    private const int MaxChoices = 64;

    /// <returns>For each word of the candidate its place in the reference, or −1.</returns>
    public static int[] FewestCrossings(IReadOnlyList<string> candidate, IReadOnlyList<string> reference)
    {
        var places = reference.Select((word, place) => (word, place)).ToLookup(pair => pair.word, pair => pair.place);
        var occurrences = candidate.CountBy(word => word).ToDictionary();
        var left = new Dictionary<string, int>(occurrences);
        var beam = new List<Partial> { new(null, -1, 0, 0, new ulong[(reference.Count + 63) / 64]) };
        foreach (var word in candidate)
        {
            left[word]--;
            int[] choices = [.. places[word]];
            var matches = Math.Min(choices.Length, occurrences[word]);
            beam = [.. beam.SelectMany(partial => Continue(partial, choices, matches, left[word])).OrderBy(partial => partial.Crossings).ThenBy(partial => partial.Chunks).Take(BeamWidth)];
        }

        return beam[0].Places(candidate.Count);
    }

    /// <summary>All ways to go on that still let as many words match as can.</summary>
    /// <param name="partial">The alignment of the words before.</param>
    /// <param name="choices">Where the word stands in the reference, in order.</param>
    /// <param name="matches">How many words like it will match.</param>
    /// <param name="left">How often it still comes in the candidate.</param>
    private static IEnumerable<Partial> Continue(Partial partial, int[] choices, int matches, int left)
    {
        var missing = matches - choices.Count(partial.IsTaken);
        if (left >= missing)
        {
            yield return partial.With(-1);
        }

        // Equal words keep their order: to swap two of them never takes a crossing away.
        var next = Array.FindLastIndex(choices, partial.IsTaken) + 1;
        for (var index = next; missing > 0 && index <= choices.Length - missing && index - next < MaxChoices; index++)
        {
            yield return partial.With(choices[index]);
        }
    }

    /// <summary>An alignment of the first words.</summary>
    private sealed record Partial(Partial? Before, int Place, int Crossings, int Chunks, ulong[] Taken)
    {
        public bool IsTaken(int place) => (Taken[place / 64] & (1UL << (place % 64))) != 0;

        public Partial With(int place)
        {
            if (place < 0)
            {
                return new Partial(this, -1, Crossings, Chunks, Taken);
            }

            var taken = (ulong[])Taken.Clone();
            taken[place / 64] |= 1UL << (place % 64);
            var isNewChunk = Place < 0 || place != Place + 1;
            return new Partial(this, place, Crossings + TakenAfter(place), Chunks + (isNewChunk ? 1 : 0), taken);
        }

        public int[] Places(int count)
        {
            var places = new int[count];
            var partial = this;
            for (var index = count - 1; index >= 0; index--)
            {
                places[index] = partial!.Place;
                partial = partial.Before;
            }

            return places;
        }

        private int TakenAfter(int place)
        {
            var count = BitOperations.PopCount(Taken[place / 64] & (ulong.MaxValue << (place % 64)));
            for (var index = (place / 64) + 1; index < Taken.Length; index++)
            {
                count += BitOperations.PopCount(Taken[index]);
            }

            return count;
        }
    }
}
