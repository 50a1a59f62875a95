using System.Numerics;

namespace LlmGateway.Gateway.SemanticCaching.Entries;

/// <summary>
/// 1,024 bits of a vector: the signs of its projections on random directions. Two vectors at an angle θ differ in each bit with
/// probability θ/π (M. Charikar, Similarity estimation techniques from rounding algorithms, STOC 2002), so the few candidates for
/// the nearest of 100,000 vectors are found by counting bits, at a sixteenth of the memory that the vectors take. The projection
/// is a random rotation by signs and Hadamard transforms, twice (N. Ailon and B. Chazelle, The fast Johnson–Lindenstrauss
/// transform, SIAM J. Comput. 39, 2009): sparse vectors have few signs of their own.
/// </summary>
internal static class SimHash
{
    /// <summary>64-bit words in a hash.</summary>
    public const int Words = 16;

    public const int Bits = Words * 64;

    /// <summary>Writes a vector's hash.</summary>
    /// <param name="vector">Any length.</param>
    /// <param name="hash"><see cref="Words"/> words.</param>
    public static void Write(ReadOnlySpan<float> vector, Span<ulong> hash)
    {
        var rotated = new float[Math.Max(Bits, (int)BitOperations.RoundUpToPowerOf2((uint)vector.Length))];
        vector.CopyTo(rotated);
        for (var round = 0u; round < 2; round++)
        {
            FlipSigns(rotated, round);
            Transform(rotated);
        }

        hash.Clear();
        for (var bit = 0; bit < Bits; bit++)
        {
            hash[bit >> 6] |= rotated[bit] > 0 ? 1ul << (bit & 63) : 0;
        }
    }

    /// <summary>In how many bits two hashes differ.</summary>
    public static int Distance(ReadOnlySpan<ulong> a, ReadOnlySpan<ulong> b)
    {
        var count = 0;
        for (var word = 0; word < Words; word++)
        {
            count += BitOperations.PopCount(a[word] ^ b[word]);
        }

        return count;
    }

    /// <summary>The same signs in every process: hashes need no seed that would have to be kept.</summary>
    private static void FlipSigns(Span<float> values, uint round)
    {
        for (var i = 0; i < values.Length; i++)
        {
            // SplitMix64's finaliser.
            var mixed = ((ulong)i + 1 + (ulong)round * 0x1_0000_0000) * 0x9E3779B97F4A7C15ul;
            mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9ul;
            mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBul;
            values[i] = (mixed >> 63) == 0 ? values[i] : -values[i];
        }
    }

    /// <summary>Walsh and Hadamard's transform, in place; the scale does not matter for signs.</summary>
    private static void Transform(Span<float> values)
    {
        for (var half = 1; half < values.Length; half *= 2)
        {
            for (var start = 0; start < values.Length; start += half * 2)
            {
                for (var i = start; i < start + half; i++)
                {
                    (values[i], values[i + half]) = (values[i] + values[i + half], values[i] - values[i + half]);
                }
            }
        }
    }
}
