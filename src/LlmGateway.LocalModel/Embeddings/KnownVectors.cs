using System.Collections.Concurrent;

namespace LlmGateway.LocalModel;

/// <summary>Embeds labels and examples, which come again with each prompt of an application, and remembers the short ones.</summary>
internal static class KnownVectors
{
    // 4 KB each, 16 MB in all.
    private const int Most = 4096;
    private const int LongestText = 500;
    private static readonly ConcurrentDictionary<string, float[]> Vectors = new(StringComparer.Ordinal);

    public static float[] Of(string text)
    {
        if (text.Length > LongestText)
        {
            return Embedder.Embed(text);
        }

        if (Vectors.TryGetValue(text, out var known))
        {
            return known;
        }

        if (Vectors.Count >= Most)
        {
            Vectors.Clear();
        }

        return Vectors[text] = Embedder.Embed(text);
    }
}
