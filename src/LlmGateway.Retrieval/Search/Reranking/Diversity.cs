using LlmGateway.Text.Search;

namespace LlmGateway.Retrieval.Search;

/// <summary>
/// Chooses passages that answer and do not repeat each other: maximal marginal relevance (J. Carbonell and J. Goldstein, SIGIR
/// 1998), with the score as the likeness to the query and the shared part of two passages' terms as theirs to one another.
/// </summary>
internal static class Diversity
{
    /// <summary>Passages of which a number is chosen.</summary>
    public static int Pool(int limit) => (4 * limit) + 20;

    /// <param name="passages">Best first.</param>
    /// <param name="lambda">What relevance counts, 0 to 1; likeness counts the rest.</param>
    /// <param name="limit">How many to choose.</param>
    /// <param name="language">Their language.</param>
    /// <returns>In the order in which they were chosen, each with its own score.</returns>
    public static IReadOnlyList<RankedPassage> Choose(IReadOnlyList<RankedPassage> passages, double lambda, int limit, SearchLanguage language)
    {
        var terms = passages.Select(passage => SearchTerms.Of(passage.Text, language).ToHashSet(StringComparer.Ordinal)).ToList();
        var nearest = new double[passages.Count];
        var (left, chosen) = (Enumerable.Range(0, passages.Count).ToList(), new List<RankedPassage>());
        while (left.Count > 0 && chosen.Count < limit)
        {
            var next = left.MaxBy(number => (lambda * passages[number].Score) - ((1 - lambda) * nearest[number]));
            chosen.Add(passages[next]);
            left.Remove(next);
            foreach (var number in left)
            {
                nearest[number] = Math.Max(nearest[number], Shared(terms[next], terms[number]));
            }
        }

        return chosen;
    }

    /// <summary>Jaccard's index of two sets; 0 for two empty ones.</summary>
    private static double Shared(HashSet<string> a, HashSet<string> b)
    {
        var common = a.Count(b.Contains);
        return common == 0 ? 0 : (double)common / (a.Count + b.Count - common);
    }
}
