using System.Numerics;
using System.Runtime.InteropServices;

namespace LlmGateway.Text.Similarity;

/// <summary>Arithmetic of dense vectors, by SIMD.</summary>
public static class Vectors
{
    /// <summary>The sum of products. Throws <see cref="ArgumentException"/> when the lengths differ.</summary>
    public static float Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        if (a.Length != b.Length)
        {
            throw new ArgumentException($"Lengths differ: {a.Length} and {b.Length}.", nameof(b));
        }

        var left = MemoryMarshal.Cast<float, Vector<float>>(a);
        var right = MemoryMarshal.Cast<float, Vector<float>>(b);
        var sums = Vector<float>.Zero;
        for (var i = 0; i < left.Length; i++)
        {
            sums += left[i] * right[i];
        }

        var sum = Vector.Sum(sums);
        for (var i = left.Length * Vector<float>.Count; i < a.Length; i++)
        {
            sum += a[i] * b[i];
        }

        return sum;
    }

    /// <summary>The cosine of the angle, -1 to 1; zero when either vector is zero.</summary>
    public static float Cosine(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        var lengths = MathF.Sqrt(Dot(a, a)) * MathF.Sqrt(Dot(b, b));
        return lengths == 0 ? 0 : Math.Clamp(Dot(a, b) / lengths, -1f, 1f);
    }

    /// <summary>Scales to length 1, in place; a zero vector stays zero.</summary>
    public static void Normalize(Span<float> vector)
    {
        var length = MathF.Sqrt(Dot(vector, vector));
        if (length == 0)
        {
            return;
        }

        foreach (ref var value in vector)
        {
            value /= length;
        }
    }
}
