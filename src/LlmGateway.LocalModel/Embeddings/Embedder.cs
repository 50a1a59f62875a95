using LlmGateway.Text.Similarity;

namespace LlmGateway.LocalModel;

/// <summary>Embeds a text by hashing its n-grams: sublinear term frequency, inverse document frequency, length 1. The same text gives the same vector everywhere.</summary>
internal static class Embedder
{
    public const int DefaultDimensions = 1024;

    // A word has many runs of characters, and they are much alike: at full weight they drown the words. Of 0.15 to 0.7, and of
    // whole words, stems and pairs of words, this did best without the test sets: at finding the abstracts of SciFact by their own
    // last sentence, and the label of each tenth of banking77's training questions among the rest.
    private const float CharacterWeight = 0.5f;

    public static bool Supports(int dimensions) => dimensions is 256 or 512 or 1024;

    /// <summary>The vector; zero for a text without words.</summary>
    public static float[] Embed(string text, int dimensions = DefaultDimensions)
    {
        var vector = new float[dimensions];
        foreach (var (feature, count) in TextFeatures.Of(text))
        {
            var weight = (1 + MathF.Log(count)) * DocumentFrequencies.Shipped.Weight(feature) * (feature.Kind == FeatureKind.Word ? 1 : CharacterWeight);
            // The table uses the low bits: place and sign come from a product's high ones.
            var mixed = feature.Hash * 0x9E3779B97F4A7C15ul;
            var place = (int)((mixed >> 33) % (uint)dimensions);
            vector[place] += (mixed >> 32 & 1) == 0 ? weight : -weight;
        }

        Vectors.Normalize(vector);
        return vector;
    }
}
