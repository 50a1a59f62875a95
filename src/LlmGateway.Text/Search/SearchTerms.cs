using System.Collections.Frozen;
using LlmGateway.Text.Similarity;

namespace LlmGateway.Text.Search;

/// <summary>A text's words as an index holds them: stems, without the words that are in every English text.</summary>
public static class SearchTerms
{
    /// <summary>Those that Lucene's <c>EnglishAnalyzer</c> leaves out.</summary>
    private static readonly FrozenSet<string> StopWords = FrozenSet.Create(
        StringComparer.Ordinal,
        "a", "an", "and", "are", "as", "at", "be", "but", "by", "for", "if", "in", "into", "is", "it", "no", "not", "of", "on", "or", "such",
        "that", "the", "their", "then", "there", "these", "they", "this", "to", "was", "will", "with");

    /// <summary>The terms in order, each as often as it occurs.</summary>
    public static IEnumerable<string> Of(string text) => Words.Of(text).Where(word => !StopWords.Contains(word)).Select(PorterStemmer.Stem);
}
