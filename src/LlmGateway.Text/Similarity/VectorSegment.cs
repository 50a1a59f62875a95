using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace LlmGateway.Text.Similarity;

/// <summary>
/// A batch of vectors of length 1, each in single precision and, for a quick look, in bytes. It never changes, and any number of
/// threads scan it.
/// </summary>
public sealed class VectorSegment
{
    private const int Highest = sbyte.MaxValue;

    private readonly float[] _vectors;
    private readonly sbyte[] _bytes;
    private readonly float[] _scales;
    private readonly int _stride;

    internal VectorSegment(int dimensions, float[] vectors)
    {
        (Dimensions, _vectors, Count) = (dimensions, vectors, vectors.Length / dimensions);
        _stride = Padded(dimensions);
        (_bytes, _scales) = (new sbyte[Count * _stride], new float[Count]);
        for (var index = 0; index < Count; index++)
        {
            MaxError = Math.Max(MaxError, Quantize(index));
        }
    }

    /// <summary>Vectors.</summary>
    public int Count { get; }

    /// <summary>Numbers in each.</summary>
    public int Dimensions { get; }

    /// <summary>What it takes in memory, nearly.</summary>
    public long SizeBytes => (4L * (_vectors.Length + _scales.Length)) + _bytes.Length;

    /// <summary>How far the farthest of the vectors in bytes is from its original.</summary>
    internal float MaxError { get; }

    /// <summary>One segment of several, whose vectors follow one another.</summary>
    /// <param name="segments">Each with which of its vectors live; null for all. The others are left out.</param>
    public static VectorSegment Merge(IReadOnlyList<(VectorSegment Segment, bool[]? Live)> segments)
    {
        ArgumentNullException.ThrowIfNull(segments);
        var builder = new VectorSegmentBuilder();
        foreach (var (segment, live) in segments)
        {
            for (var index = 0; index < segment.Count; index++)
            {
                if (live?[index] != false)
                {
                    builder.Add(segment.Vector(index));
                }
            }
        }

        return builder.Build();
    }

    /// <summary>A length that a scan reads in whole vectors of the machine.</summary>
    internal static int Padded(int dimensions) => (dimensions + Vector256<short>.Count - 1) / Vector256<short>.Count * Vector256<short>.Count;

    internal ReadOnlySpan<float> Vector(int index) => _vectors.AsSpan(index * Dimensions, Dimensions);

    /// <summary>Each vector's cosine with a query, nearly; what is not wanted is left as it is, and no marks want all.</summary>
    internal void Scan(QuantizedQuery query, ReadOnlySpan<bool> wanted, Span<float> scores)
    {
        for (var index = 0; index < Count; index++)
        {
            if (wanted.IsEmpty || wanted[index])
            {
                scores[index] = Dot(_bytes.AsSpan(index * _stride, _stride), query.Values) * _scales[index] * query.Scale;
            }
        }
    }

    private float Quantize(int index)
    {
        var vector = Vector(index);
        var largest = 0f;
        foreach (var value in vector)
        {
            largest = MathF.Max(largest, MathF.Abs(value));
        }

        var scale = largest == 0 ? 1 : largest / Highest;
        _scales[index] = scale;
        var bytes = _bytes.AsSpan(index * _stride, Dimensions);
        var error = 0f;
        for (var place = 0; place < vector.Length; place++)
        {
            bytes[place] = (sbyte)MathF.Round(vector[place] / scale);
            var missing = vector[place] - (bytes[place] * scale);
            error += missing * missing;
        }

        return MathF.Sqrt(error);
    }

    // The query's numbers are so small that no sum overflows.
    private static int Dot(ReadOnlySpan<sbyte> bytes, ReadOnlySpan<short> query)
    {
        ref var left = ref MemoryMarshal.GetReference(bytes);
        ref var right = ref MemoryMarshal.GetReference(query);
        var sums = Vector256<int>.Zero;
        for (nuint place = 0; place < (nuint)bytes.Length; place += (nuint)Vector256<short>.Count)
        {
            var eight = Vector128.LoadUnsafe(ref left, place);
            var sixteen = Vector256.LoadUnsafe(ref right, place);
            if (Avx2.IsSupported)
            {
                sums += Avx2.MultiplyAddAdjacent(Avx2.ConvertToVector256Int16(eight), sixteen);
            }
            else
            {
                var wide = Vector256.Create(Vector128.WidenLower(eight), Vector128.WidenUpper(eight));
                sums += (Vector256.WidenLower(wide) * Vector256.WidenLower(sixteen)) + (Vector256.WidenUpper(wide) * Vector256.WidenUpper(sixteen));
            }
        }

        return Vector256.Sum(sums);
    }
}

/// <summary>Takes vectors in one after another and makes a segment of them.</summary>
public sealed class VectorSegmentBuilder
{
    private readonly List<float> _values = [];
    private int _dimensions;

    /// <summary>Vectors so far.</summary>
    public int Count { get; private set; }

    /// <summary>Throws <see cref="ArgumentException"/> when the vector is not as long as the others.</summary>
    public void Add(ReadOnlySpan<float> vector)
    {
        _dimensions = Count == 0 ? vector.Length : _dimensions;
        if (vector.Length != _dimensions || vector.Length == 0)
        {
            throw new ArgumentException($"Lengths differ: {_dimensions} and {vector.Length}.", nameof(vector));
        }

        _values.AddRange(vector);
        Vectors.Normalize(CollectionsMarshal.AsSpan(_values)[^_dimensions..]);
        Count++;
    }

    public VectorSegment Build() => new(Math.Max(1, _dimensions), [.. _values]);
}
