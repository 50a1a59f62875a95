namespace LlmGateway.Console.Retrieval;

/// <summary>A search with what its two halves alone would have found.</summary>
/// <param name="Page">What was asked.</param>
/// <param name="Took">From here, with the way there and back.</param>
/// <param name="ByWords">Each passage's place and score by words alone; null where that was not asked.</param>
/// <param name="ByMeaning">The same by vectors alone.</param>
public sealed record SearchOutcome(SearchPage Page, TimeSpan Took, IReadOnlyDictionary<(string, int, int), HalfRank>? ByWords, IReadOnlyDictionary<(string, int, int), HalfRank>? ByMeaning)
{
    public static IReadOnlyDictionary<(string, int, int), HalfRank> Ranks(SearchPage page)
    {
        var ranks = new Dictionary<(string, int, int), HalfRank>();
        for (var index = 0; index < page.Data.Count; index++)
        {
            ranks.TryAdd(page.Data[index].Place, new HalfRank(index + 1, page.Data[index].Score));
        }

        return ranks;
    }
}

/// <summary>A passage's place and score in one half of a search.</summary>
public sealed record HalfRank(int Rank, double Score);
