namespace LlmGateway.Console.Retrieval;

/// <summary>
/// Which words of a passage a query has in common with it. The API tells where passages stand and not which words counted; this looks for the
/// same words, and for longer ones with the same beginning, as stems would.
/// </summary>
internal sealed class QueryTerms
{
    private const int ShortestStem = 4;

    private static readonly HashSet<string> Stops = new(StringComparer.OrdinalIgnoreCase)
    {
        "a", "an", "and", "are", "as", "at", "be", "by", "can", "do", "does", "did", "for", "from", "had", "has", "have", "how", "i", "in", "is", "it", "its", "of", "on", "or",
        "that", "the", "their", "this", "to", "was", "were", "what", "when", "where", "which", "who", "why", "will", "with", "you", "your",
    };

    private readonly List<string> _terms;

    public QueryTerms(IEnumerable<string> queries) =>
        _terms = [.. queries.SelectMany(Words).Select(word => word.ToLowerInvariant()).Where(word => word.Length > 1 && !Stops.Contains(word)).Distinct().Take(100)];

    /// <summary>A text in pieces, one after the other, with those marked that the query says.</summary>
    public IEnumerable<(string Text, bool IsMarked)> Split(string text)
    {
        var begin = 0;
        var at = 0;
        while (at < text.Length)
        {
            if (!char.IsLetterOrDigit(text[at]))
            {
                at++;
                continue;
            }

            var end = at;
            while (end < text.Length && char.IsLetterOrDigit(text[end]))
            {
                end++;
            }

            if (IsTerm(text[at..end]))
            {
                yield return (text[begin..at], false);
                yield return (text[at..end], true);
                begin = end;
            }

            at = end;
        }

        yield return (text[begin..], false);
    }

    private static IEnumerable<string> Words(string text) => text.Split([.. text.Where(c => !char.IsLetterOrDigit(c)).Distinct()], StringSplitOptions.RemoveEmptyEntries);

    private bool IsTerm(string word)
    {
        var lower = word.ToLowerInvariant();
        return _terms.Exists(term => term == lower || HaveOneStem(term, lower));
    }

    /// <summary>Whether all of the shorter word but its ending begins the longer one: refund, refunds and refunded.</summary>
    private static bool HaveOneStem(string a, string b)
    {
        var (shorter, longer) = a.Length <= b.Length ? (a, b) : (b, a);
        var stem = Math.Max(ShortestStem, shorter.EndsWith('e') || shorter.EndsWith('y') || shorter.EndsWith('s') ? shorter.Length - 1 : shorter.Length);
        return shorter.Length >= ShortestStem && longer.Length - stem <= 3 && longer.AsSpan(0, Math.Min(stem, longer.Length)).SequenceEqual(shorter.AsSpan(0, Math.Min(stem, shorter.Length)))
            && stem <= shorter.Length;
    }
}
