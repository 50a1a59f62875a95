using System.Runtime.InteropServices;

namespace LlmGateway.Text.Similarity;

/// <summary>What a feature is made of.</summary>
public enum FeatureKind
{
    /// <summary>A word, by its stem.</summary>
    Word,

    /// <summary>Three or four characters of a word.</summary>
    Characters,
}

/// <summary>A hashed feature of a text.</summary>
public readonly record struct TextFeature(uint Hash, FeatureKind Kind)
{
    /// <summary>The feature of a word in lower case; that of its other inflections too.</summary>
    public static TextFeature OfWord(string word) => new(FeatureHash.Of(Words.Stem(word), 'w'), FeatureKind.Word);
}

/// <summary>A text's hashed features with their number of occurrences: words, and runs of 3 and 4 characters.</summary>
public static class TextFeatures
{
    /// <summary>The features and their counts, in order of first occurrence.</summary>
    public static IReadOnlyDictionary<TextFeature, int> Of(string text)
    {
        var counts = new Dictionary<TextFeature, int>();
        foreach (var word in Words.Of(text))
        {
            Add(counts, TextFeature.OfWord(word));
            AddCharacters(counts, word, 3, 'c');
            AddCharacters(counts, word, 4, 'd');
        }

        return counts;
    }

    private static void AddCharacters(Dictionary<TextFeature, int> counts, string word, int n, char mark)
    {
        foreach (var run in NGrams.OfCharacters(word, n))
        {
            Add(counts, new TextFeature(FeatureHash.Of(run, mark), FeatureKind.Characters));
        }
    }

    private static void Add(Dictionary<TextFeature, int> counts, TextFeature feature) =>
        CollectionsMarshal.GetValueRefOrAddDefault(counts, feature, out _)++;
}
