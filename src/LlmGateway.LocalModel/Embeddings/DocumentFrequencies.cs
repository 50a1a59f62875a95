using System.Buffers.Binary;
using LlmGateway.Text.Similarity;

namespace LlmGateway.LocalModel;

/// <summary>
/// How many documents of a reference collection hold a feature, by bucket of the feature's hash; gives rare features more weight.
/// </summary>
/// <remarks>
/// The shipped table was counted over SciFact's corpus (5,183 abstracts, ODC-By 1.0) and banking77's training questions (10,003, CC BY 4.0).
/// It is made again by <see cref="Count"/> over those texts: the test of the same name does so, and writes the file that LLMGATEWAY_WRITE_FREQUENCIES names.
/// Form: the number of documents (int32, little endian), then one byte a bucket, round(26 ln(1 + documents)).
/// </remarks>
internal sealed class DocumentFrequencies
{
    // Words have a third of the table to themselves: among the many runs of characters every word would look frequent.
    private const int OfWords = 1 << 16;
    private const int OfCharacters = 1 << 17;
    private const int Buckets = OfWords + OfCharacters;
    private const int Header = sizeof(int);
    private const double Scale = 26;

    private readonly float[] _weights = new float[Buckets];

    private DocumentFrequencies(ReadOnlySpan<byte> table)
    {
        var documents = BinaryPrimitives.ReadInt32LittleEndian(table);
        for (var i = 0; i < Buckets; i++)
        {
            _weights[i] = (float)(Math.Log(1.0 + documents) - (table[Header + i] / Scale) + 1);
        }
    }

    public static DocumentFrequencies Shipped { get; } = Load();

    /// <summary>Inverse document frequency: ln((1 + documents) / (1 + with the feature)) + 1.</summary>
    public float Weight(TextFeature feature) => _weights[Bucket(feature)];

    /// <summary>The weight of a word, in lower case.</summary>
    public float WeightOfWord(string word) => Weight(TextFeature.OfWord(word));

    /// <summary>Makes a table in the shipped form.</summary>
    public static byte[] Count(IEnumerable<string> documents)
    {
        var counts = new int[Buckets];
        var total = 0;
        foreach (var document in documents)
        {
            total++;
            foreach (var bucket in TextFeatures.Of(document).Keys.Select(Bucket).Distinct())
            {
                counts[bucket]++;
            }
        }

        var table = new byte[Header + Buckets];
        BinaryPrimitives.WriteInt32LittleEndian(table, total);
        for (var i = 0; i < Buckets; i++)
        {
            table[Header + i] = (byte)Math.Min(255, Math.Round(Scale * Math.Log(1.0 + counts[i])));
        }

        return table;
    }

    private static int Bucket(TextFeature feature) =>
        (int)(feature.Kind == FeatureKind.Word ? feature.Hash % OfWords : OfWords + (feature.Hash % OfCharacters));

    private static DocumentFrequencies Load()
    {
        using var stream = typeof(DocumentFrequencies).Assembly.GetManifestResourceStream("document-frequencies.bin")!;
        var table = new byte[Header + Buckets];
        stream.ReadExactly(table);
        return new DocumentFrequencies(table);
    }
}
