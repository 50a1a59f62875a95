using System.Numerics;

namespace LlmGateway.Text.NearDuplicates;

/// <summary>
/// What of a text is compared with others: its shingles, and their MinHash signature (A. Broder, On the resemblance and containment
/// of documents, 1997). Of a text with more than 256 shingles the 256 lowest hashes are kept, Broder's sketch: the likeness of two such
/// texts is then an estimate with a standard error of 2.5 percentage points at 0.8; that of shorter ones is exact.
/// </summary>
public sealed class TextSketch
{
    /// <summary>Most shingles that are kept: 1 KB.</summary>
    internal const int MaxKept = 256;

    private readonly uint[] _shingles;
    private readonly bool _isWhole;

    private TextSketch(uint[] all)
    {
        Signature = MinHash.Of(all);
        _isWhole = all.Length <= MaxKept;
        _shingles = _isWhole ? all : all[..MaxKept];
    }

    /// <summary>The lowest hash of the shingles by each of <see cref="MinHash.Count"/> hash functions.</summary>
    internal uint[] Signature { get; private set; }

    /// <summary>How many shingles are kept: of texts that have as many, and fewer than 256, likeness is at most the ratio of the two.</summary>
    internal int Kept => _shingles.Length;

    /// <summary>The sketch of a text.</summary>
    public static TextSketch Of(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new TextSketch(Shingles.Of(text));
    }

    /// <summary>The share of both texts' shingles that they have in common (P. Jaccard 1901): 1 for texts that differ in case and white space only.</summary>
    public double Jaccard(TextSketch other)
    {
        ArgumentNullException.ThrowIfNull(other);
        var limit = _isWhole && other._isWhole ? int.MaxValue : MaxKept;
        var (mine, theirs, shared, union) = (0, 0, 0, 0);
        // In ascending order: as far as the limit goes, no hash of either text is missing.
        while (mine < _shingles.Length && theirs < other._shingles.Length && union < limit)
        {
            var (left, right) = (_shingles[mine], other._shingles[theirs]);
            shared += left == right ? 1 : 0;
            mine += left <= right ? 1 : 0;
            theirs += right <= left ? 1 : 0;
            union++;
        }

        return shared / (double)Math.Min(limit, (long)union + _shingles.Length - mine + other._shingles.Length - theirs);
    }

    /// <summary>Whether the kept shingles are the same.</summary>
    internal bool HasAllOf(TextSketch other) => _isWhole == other._isWhole && _shingles.AsSpan().SequenceEqual(other._shingles);

    /// <summary>Lets go of the signature, which only finding needs.</summary>
    internal void DropSignature() => Signature = [];
}

/// <summary>The hash functions of the signatures: <c>a·x + b</c> modulo 2^32 with an odd <c>a</c>, each a permutation of the shingles' hashes.</summary>
internal static class MinHash
{
    /// <summary>So many functions are enough for 20 bands of 5.</summary>
    public const int Count = 100;

    /// <summary>A multiple of any vector's length.</summary>
    private static readonly int Padded = (Count + Vector<uint>.Count - 1) / Vector<uint>.Count * Vector<uint>.Count;

    private static readonly uint[] Factors = Make(seed: 1, odd: 1);
    private static readonly uint[] Offsets = Make(seed: 2, odd: 0);

    public static uint[] Of(ReadOnlySpan<uint> shingles)
    {
        var signature = new uint[Padded];
        for (var lane = 0; lane < Padded; lane += Vector<uint>.Count)
        {
            var (factor, offset) = (new Vector<uint>(Factors, lane), new Vector<uint>(Offsets, lane));
            var lowest = new Vector<uint>(uint.MaxValue);
            foreach (var shingle in shingles)
            {
                lowest = Vector.Min(lowest, (factor * new Vector<uint>(shingle)) + offset);
            }

            lowest.CopyTo(signature, lane);
        }

        return signature;
    }

    /// <summary>SplitMix64 (S. Vigna), so that they are the same in every process.</summary>
    private static uint[] Make(ulong seed, uint odd)
    {
        var numbers = new uint[Padded];
        var state = seed;
        for (var index = 0; index < Padded; index++)
        {
            state += 0x9E3779B97F4A7C15UL;
            var mixed = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9UL;
            mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBUL;
            numbers[index] = (uint)((mixed ^ (mixed >> 31)) >> 32) | odd;
        }

        return numbers;
    }
}
