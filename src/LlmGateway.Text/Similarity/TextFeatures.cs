using System.Runtime.InteropServices;

namespace LlmGateway.Text.Similarity;

/// <summary>A text's hashed features with their number of occurrences: words, pairs of words, and runs of 3 and 4 characters.</summary>
public static class TextFeatures
{
    /// <summary>The features' hashes and counts.</summary>
    public static IReadOnlyDictionary<uint, int> Of(string text)
    {
        var counts = new Dictionary<uint, int>();
        var words = Words.Of(text);
        Add(counts, NGrams.OfWords(words, 1), 'w');
        Add(counts, NGrams.OfWords(words, 2), 'b');
        foreach (var word in words)
        {
            Add(counts, NGrams.OfCharacters(word, 3), 'c');
            Add(counts, NGrams.OfCharacters(word, 4), 'd');
        }

        return counts;
    }

    private static void Add(Dictionary<uint, int> counts, IEnumerable<string> features, char kind)
    {
        foreach (var feature in features)
            CollectionsMarshal.GetValueRefOrAddDefault(counts, FeatureHash.Of(feature, kind), out _)++;
    }
}
