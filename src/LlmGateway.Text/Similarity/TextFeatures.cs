using System.Runtime.InteropServices;

namespace LlmGateway.Text;

/// <summary>What a feature is made of.</summary>
public enum FeatureKind
{
    /// <summary>A word.</summary>
    Word,

    /// <summary>Two words in a row.</summary>
    WordPair,

    /// <summary>Three or four characters of a word.</summary>
    Characters,
}

/// <summary>A hashed feature of a text.</summary>
public readonly record struct TextFeature(uint Hash, FeatureKind Kind);

/// <summary>A text's hashed features with their number of occurrences: words, pairs of words, and runs of 3 and 4 characters.</summary>
public static class TextFeatures
{
    /// <summary>The features and their counts, in order of first occurrence.</summary>
    public static IReadOnlyDictionary<TextFeature, int> Of(string text)
    {
        var counts = new Dictionary<TextFeature, int>();
        var words = Words.Of(text);
        Add(counts, NGrams.OfWords(words, 1), FeatureKind.Word, 'w');
        Add(counts, NGrams.OfWords(words, 2), FeatureKind.WordPair, 'b');
        foreach (var word in words)
        {
            Add(counts, NGrams.OfCharacters(word, 3), FeatureKind.Characters, 'c');
            Add(counts, NGrams.OfCharacters(word, 4), FeatureKind.Characters, 'd');
        }

        return counts;
    }

    private static void Add(Dictionary<TextFeature, int> counts, IEnumerable<string> features, FeatureKind kind, char mark)
    {
        foreach (var feature in features)
        {
            CollectionsMarshal.GetValueRefOrAddDefault(counts, new TextFeature(FeatureHash.Of(feature, mark), kind), out _)++;
        }
    }
}
