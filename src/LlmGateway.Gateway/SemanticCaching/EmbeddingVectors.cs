using System.Text.Json;
using LlmGateway.Text.Similarity;

namespace LlmGateway.Gateway.SemanticCaching;

/// <summary>Reads an embedding model's answer, and trusts nothing in it: one vector that is not finite would be everybody's nearest.</summary>
internal static class EmbeddingVectors
{
    /// <summary>The vectors in the order of the texts, scaled to length 1.</summary>
    /// <exception cref="SemanticEmbeddingException">They are not as many, not of one length, or not finite and unlike zero.</exception>
    public static IReadOnlyList<float[]> Read(ReadOnlyMemory<byte> json, int count)
    {
        var vectors = new float[count][];
        try
        {
            using var document = JsonDocument.Parse(json);
            foreach (var item in document.RootElement.GetProperty("data").EnumerateArray())
            {
                vectors[item.GetProperty("index").GetInt32()] = ReadOne(item.GetProperty("embedding"));
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or KeyNotFoundException or FormatException or IndexOutOfRangeException)
        {
            throw new SemanticEmbeddingException("the answer is no list of embeddings");
        }

        if (vectors.Any(vector => vector is null || vector.Length != vectors[0].Length))
        {
            throw new SemanticEmbeddingException("embeddings are missing, or of several lengths");
        }

        return vectors;
    }

    private static float[] ReadOne(JsonElement embedding)
    {
        var length = embedding.GetArrayLength();
        if (length is 0 or > SemanticEmbeddings.MaxDimensions)
        {
            throw new SemanticEmbeddingException($"an embedding has {length} dimensions; from 1 to {SemanticEmbeddings.MaxDimensions} can be used");
        }

        var vector = new float[length];
        var i = 0;
        foreach (var number in embedding.EnumerateArray())
        {
            vector[i++] = number.GetSingle();
        }

        Vectors.Normalize(vector);
        return Math.Abs(Vectors.Dot(vector, vector) - 1) < 0.01
            ? vector
            : throw new SemanticEmbeddingException("an embedding is zero or not finite");
    }
}
