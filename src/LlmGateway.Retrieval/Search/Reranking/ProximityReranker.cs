using LlmGateway.Text.Search;

namespace LlmGateway.Retrieval.Search;

/// <summary>
/// Prefers passages in which words stand together that stand together in the query: the sequential dependence model of D. Metzler
/// and W. B. Croft, A Markov random field model for term dependencies (SIGIR 2005), with its weights, the fused score in the place
/// of its single words.
/// </summary>
internal static class ProximityReranker
{
    private const double OfScore = 0.85;
    private const double OfOrdered = 0.10;
    private const double OfNear = 0.05;

    /// <summary>Words within which a pair counts as near.</summary>
    private const int Window = 8;

    /// <returns>Numbers of the passages, best first; of equal ones in the given order.</returns>
    public static IReadOnlyList<int> Order(IReadOnlyList<string> queries, IReadOnlyList<RankedPassage> passages, SearchLanguage language)
    {
        var pairs = queries.Select(query => SearchTerms.Of(query, language).ToList()).Select(terms => terms.Zip(terms.Skip(1)).Distinct().ToList()).Where(of => of.Count > 0).ToList();
        return [.. Enumerable.Range(0, passages.Count).OrderByDescending(number => Score(passages[number], pairs, language))];
    }

    private static double Score(RankedPassage passage, List<List<(string, string)>> queries, SearchLanguage language)
    {
        var places = SearchTerms.Of(passage.Text, language).Index().ToLookup(term => term.Item, term => term.Index, StringComparer.Ordinal);
        return (OfScore * passage.Score) + queries.Select(pairs => Together(pairs, places)).DefaultIfEmpty().Max();
    }

    private static double Together(List<(string First, string Second)> pairs, ILookup<string, int> places)
    {
        var (ordered, near) = (0, 0);
        foreach (var (first, second) in pairs)
        {
            var (isOrdered, isNear) = Meet([.. places[first]], [.. places[second]]);
            ordered += isOrdered ? 1 : 0;
            near += isNear ? 1 : 0;
        }

        return ((OfOrdered * ordered) + (OfNear * near)) / pairs.Count;
    }

    /// <summary>Whether the second stands right behind the first anywhere, and whether they are near each other; both lists ascend.</summary>
    private static (bool Ordered, bool Near) Meet(int[] first, int[] second)
    {
        var (ordered, near) = (false, false);
        for (int a = 0, b = 0; a < first.Length && b < second.Length;)
        {
            var distance = second[b] - first[a];
            ordered |= distance == 1;
            near |= distance != 0 && Math.Abs(distance) < Window;
            _ = distance > 0 ? a++ : b++;
        }

        return (ordered, near);
    }
}
