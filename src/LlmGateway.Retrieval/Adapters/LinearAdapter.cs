using System.Runtime.InteropServices;
using LlmGateway.Text.Similarity;

namespace LlmGateway.Retrieval.Adapters;

/// <summary>A square matrix that a query's vector is multiplied by; passages' vectors stay, so nothing is indexed anew.</summary>
internal sealed class LinearAdapter
{
    private readonly float[] _weights;

    private LinearAdapter(int dimensions, float[] weights) => (Dimensions, _weights) = (dimensions, weights);

    public int Dimensions { get; }

    public long SizeBytes => 4L * _weights.Length;

    public static LinearAdapter Identity(int dimensions)
    {
        var weights = new float[dimensions * dimensions];
        for (var row = 0; row < dimensions; row++)
        {
            weights[(row * dimensions) + row] = 1;
        }

        return new LinearAdapter(dimensions, weights);
    }

    /// <exception cref="InvalidDataException">The bytes are no square matrix.</exception>
    public static LinearAdapter FromBytes(byte[] bytes)
    {
        var weights = MemoryMarshal.Cast<byte, float>(bytes).ToArray();
        var dimensions = (int)Math.Round(Math.Sqrt(weights.Length));
        return (long)dimensions * dimensions == weights.Length ? new LinearAdapter(dimensions, weights) : throw new InvalidDataException("An adapter's matrix is not square.");
    }

    public byte[] ToBytes() => MemoryMarshal.AsBytes<float>(_weights).ToArray();

    public LinearAdapter Copy() => new(Dimensions, [.. _weights]);

    /// <summary>The vector's image, of length 1; a zero vector stays zero.</summary>
    public float[] Apply(ReadOnlySpan<float> vector)
    {
        var image = new float[Dimensions];
        Multiply(vector, image);
        Vectors.Normalize(image);
        return image;
    }

    public void Multiply(ReadOnlySpan<float> vector, Span<float> image)
    {
        for (var row = 0; row < Dimensions; row++)
        {
            image[row] = Vectors.Dot(Row(row), vector);
        }
    }

    /// <summary>One row of weights.</summary>
    public Span<float> Row(int row) => _weights.AsSpan(row * Dimensions, Dimensions);
}
