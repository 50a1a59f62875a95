using LlmGateway.Text.Similarity;

namespace LlmGateway.Text.Search;

/// <summary>A text's words as an index holds them: stems, without the words that are in every text of the language.</summary>
public static class SearchTerms
{
    /// <summary>The terms in order, each as often as it occurs.</summary>
    /// <param name="text">A text.</param>
    /// <param name="language">Its language; English if null.</param>
    public static IEnumerable<string> Of(string text, SearchLanguage? language = null)
    {
        foreach (var word in Words.Of(text))
        {
            if ((language ?? SearchLanguage.English).Term(word) is { } term)
            {
                yield return term;
            }
        }
    }
}
