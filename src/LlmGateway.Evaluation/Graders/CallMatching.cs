namespace LlmGateway.Evaluation.Graders;

/// <summary>Which call that was made meets which one that was wanted, at most one each.</summary>
internal static class CallMatching
{
    /// <summary>In the wanted order, passing over calls that nobody wanted.</summary>
    /// <returns>For each wanted call the place of the one that meets it, or −1.</returns>
    public static int[] InOrder(IReadOnlyList<WantedCall> wanted, IReadOnlyList<MadeCall> made, Func<WantedCall, MadeCall, bool> meets)
    {
        var places = Unmatched(wanted.Count);
        var next = 0;
        for (var place = 0; place < made.Count && next < wanted.Count; place++)
        {
            if (meets(wanted[next], made[place]))
            {
                places[next++] = place;
            }
        }

        return places;
    }

    /// <summary>
    /// As many as can be, in any order: one call may meet several wanted ones, so that the first choice may have to give way (H. W.
    /// Kuhn's augmenting paths).
    /// </summary>
    /// <inheritdoc cref="InOrder" path="/returns"/>
    public static int[] AnyOrder(IReadOnlyList<WantedCall> wanted, IReadOnlyList<MadeCall> made, Func<WantedCall, MadeCall, bool> meets)
    {
        var places = Unmatched(wanted.Count);
        for (var index = 0; index < wanted.Count; index++)
        {
            Place(index, new bool[made.Count]);
        }

        return places;

        bool Place(int index, bool[] tried)
        {
            for (var place = 0; place < made.Count; place++)
            {
                if (tried[place] || !meets(wanted[index], made[place]))
                {
                    continue;
                }

                tried[place] = true;
                var holder = Array.IndexOf(places, place);
                if (holder < 0 || Place(holder, tried))
                {
                    places[index] = place;
                    return true;
                }
            }

            return false;
        }
    }

    private static int[] Unmatched(int count)
    {
        var places = new int[count];
        Array.Fill(places, -1);
        return places;
    }
}
