using LlmGateway.Text;

namespace LlmGateway.LocalModel;

/// <summary>Embeds a text by hashing its n-grams: sublinear term frequency, inverse document frequency, length 1. The same text gives the same vector everywhere.</summary>
internal static class Embedder
{
    public const int DefaultDimensions = 1024;

    // Runs of characters are many and much alike; at full weight they drown the words.
    private const float CharacterWeight = 0.3f;
    private const float PairWeight = 0.5f;

    public static bool Supports(int dimensions) => dimensions is 256 or 512 or 1024;

    /// <summary>The vector; zero for a text without words.</summary>
    public static float[] Embed(string text, int dimensions = DefaultDimensions)
    {
        var vector = new float[dimensions];
        foreach (var (feature, count) in TextFeatures.Of(text))
        {
            var weight = (1 + MathF.Log(count)) * DocumentFrequencies.Shipped.Weight(feature) * WeightOf(feature.Kind);
            // The table uses the low bits: place and sign come from a product's high ones.
            var mixed = feature.Hash * 0x9E3779B97F4A7C15ul;
            var place = (int)((mixed >> 33) % (uint)dimensions);
            vector[place] += (mixed >> 32 & 1) == 0 ? weight : -weight;
        }

        Vectors.Normalize(vector);
        return vector;
    }

    private static float WeightOf(FeatureKind kind) => kind switch
    {
        FeatureKind.Word => 1,
        FeatureKind.WordPair => PairWeight,
        _ => CharacterWeight,
    };
}
