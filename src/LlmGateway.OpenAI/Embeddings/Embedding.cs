using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace LlmGateway.OpenAI;

/// <summary>One input's vector.</summary>
public sealed record Embedding : WireObject
{
    public string Object { get; set; } = "embedding";

    /// <summary>Position of the input.</summary>
    public int Index { get; init; }

    /// <summary>An array of numbers, or base64 of little-endian 32-bit floats; see <see cref="ToVector"/>.</summary>
    [JsonPropertyName("embedding")]
    public required JsonElement Values { get; init; }

    /// <summary>An embedding of the given numbers, in the form that the caller asked for.</summary>
    public static Embedding Of(int index, float[] vector, bool base64 = false) => new()
    {
        Index = index,
        Values = base64
            ? JsonSerializer.SerializeToElement(ToBase64(vector), OpenAIJson.TypeInfo<string>())
            : JsonSerializer.SerializeToElement(vector, OpenAIJson.TypeInfo<float[]>()),
    };

    /// <summary>The numbers, from either form.</summary>
    /// <exception cref="FormatException">It is neither an array of numbers nor base64 of whole floats.</exception>
    public float[] ToVector() => Values.ValueKind switch
    {
        JsonValueKind.Array when Values.EnumerateArray().All(value => value.ValueKind == JsonValueKind.Number) =>
            [.. Values.EnumerateArray().Select(value => value.GetSingle())],
        JsonValueKind.String => FromBase64(Values.GetBytesFromBase64()),
        _ => throw new FormatException("An embedding is an array of numbers or a base64 string."),
    };

    private static string ToBase64(float[] vector)
    {
        var bytes = new byte[vector.Length * sizeof(float)];
        for (var index = 0; index < vector.Length; index++)
        {
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(index * sizeof(float)), vector[index]);
        }

        return Convert.ToBase64String(bytes);
    }

    private static float[] FromBase64(byte[] bytes)
    {
        if (bytes.Length % sizeof(float) != 0)
        {
            throw new FormatException("The embedding's bytes are not whole 32-bit floats.");
        }

        var vector = new float[bytes.Length / sizeof(float)];
        for (var index = 0; index < vector.Length; index++)
        {
            vector[index] = BinaryPrimitives.ReadSingleLittleEndian(bytes.AsSpan(index * sizeof(float)));
        }

        return vector;
    }
}
