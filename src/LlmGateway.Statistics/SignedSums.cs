using System.Numerics;

namespace LlmGateway.Statistics;

/// <summary>
/// Sums of values with signs at random, many times over. The 256 signed sums of each eight values are computed once, so that a
/// byte of random bits is one look-up and one addition.
/// </summary>
internal sealed class SignedSums
{
    private const int Each = 8;
    private const int Patterns = 1 << Each;

    private readonly double[] _sums;
    private readonly int _blocks;

    public SignedSums(ReadOnlySpan<double> values)
    {
        _blocks = (values.Length + Each - 1) / Each;
        _sums = new double[_blocks * Patterns];
        for (var block = 0; block < _blocks; block++)
        {
            var start = block * Each;
            Fill(_sums.AsSpan(block * Patterns, Patterns), values[start..Math.Min(start + Each, values.Length)]);
        }
    }

    public double Next(ref Resampling random)
    {
        var (sum, bits) = (0.0, 0UL);
        for (var block = 0; block < _blocks; block++)
        {
            bits = block % 8 == 0 ? random.Next() : bits >> Each;
            sum += _sums[(block * Patterns) + (int)(bits & (Patterns - 1))];
        }

        return sum;
    }

    /// <summary>Each pattern is a smaller one with one more sign turned.</summary>
    private static void Fill(Span<double> sums, ReadOnlySpan<double> values)
    {
        sums[0] = 0;
        foreach (var value in values)
        {
            sums[0] += value;
        }

        for (var pattern = 1; pattern < Patterns; pattern++)
        {
            var turned = BitOperations.Log2((uint)pattern);
            sums[pattern] = sums[pattern ^ (1 << turned)] - (turned < values.Length ? 2 * values[turned] : 0);
        }
    }
}
