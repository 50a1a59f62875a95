namespace LlmGateway.Text.Spans;

/// <summary>A part of a text.</summary>
/// <param name="Start">Its first character.</param>
/// <param name="End">Behind its last character.</param>
/// <param name="Kind">What it is, in capitals; part of a placeholder's name.</param>
/// <param name="Replacement">What stands for it when it is masked; null for a placeholder.</param>
public readonly record struct TextMatch(int Start, int End, string Kind, string? Replacement = null)
{
    /// <summary>
    /// Adds to matches in order those of others that overlap none of them, and keeps the order: who comes first has the part.
    /// </summary>
    public static void AddFree<T>(List<T> taken, IEnumerable<T> more, Func<T, TextMatch> match)
    {
        ArgumentNullException.ThrowIfNull(taken);
        ArgumentNullException.ThrowIfNull(more);
        ArgumentNullException.ThrowIfNull(match);
        var next = 0;
        var known = taken.Count;
        foreach (var candidate in more)
        {
            var (start, end, _, _) = match(candidate);
            while (next < known && match(taken[next]).End <= start)
            {
                next++;
            }

            if (next == known || match(taken[next]).Start >= end)
            {
                taken.Add(candidate);
            }
        }

        if (known > 0 && taken.Count > known)
        {
            taken.Sort((left, right) => match(left).Start.CompareTo(match(right).Start));
        }
    }
}
