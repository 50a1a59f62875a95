using System.Buffers;

namespace LlmGateway.Text.Similarity;

/// <summary>A vector that a scan found.</summary>
/// <param name="Vector">Its place among the segments' vectors, from 0.</param>
/// <param name="Cosine">-1 to 1.</param>
public readonly record struct VectorHit(int Vector, float Cosine);

/// <summary>
/// The nearest vectors by cosine, found without a miss: all are compared in bytes, whose error is known, and those that may belong
/// to the nearest once more in single precision.
/// </summary>
public static class VectorScan
{
    /// <param name="segments">Their vectors are numbered one after another, from 0.</param>
    /// <param name="query">A vector of their length; it need not have length 1.</param>
    /// <param name="limit">How many to give at most.</param>
    /// <param name="wanted">Which vectors may be given; null for all.</param>
    /// <returns>Best first; of equal ones the earlier comes first.</returns>
    public static IReadOnlyList<VectorHit> Search(IReadOnlyList<VectorSegment> segments, ReadOnlySpan<float> query, int limit, bool[]? wanted = null)
    {
        ArgumentNullException.ThrowIfNull(segments);
        var count = segments.Sum(segment => segment.Count);
        if (count == 0 || limit <= 0)
        {
            return [];
        }

        var unit = query.ToArray();
        Vectors.Normalize(unit);
        var scores = ArrayPool<float>.Shared.Rent(count);
        try
        {
            // What is not wanted stays below all others.
            var ofAll = scores.AsSpan(0, count);
            ofAll.Fill(float.NegativeInfinity);
            var quantized = new QuantizedQuery(unit);
            var error = quantized.Error + (segments.Max(segment => segment.MaxError) * (1 + quantized.Error));
            var first = 0;
            foreach (var segment in segments)
            {
                segment.Scan(quantized, wanted is null ? [] : wanted.AsSpan(first, segment.Count), ofAll.Slice(first, segment.Count));
                first += segment.Count;
            }

            return Rescore(segments, unit, ofAll, Lowest(ofAll, limit) - (2 * error), limit);
        }
        finally
        {
            ArrayPool<float>.Shared.Return(scores);
        }
    }

    /// <summary>The score of the last that would be given.</summary>
    private static float Lowest(ReadOnlySpan<float> scores, int limit)
    {
        var best = new PriorityQueue<float, float>(limit + 1);
        var lowest = float.NegativeInfinity;
        foreach (var score in scores)
        {
            if (score > lowest)
            {
                best.Enqueue(score, score);
                if (best.Count > limit)
                {
                    best.Dequeue();
                }

                lowest = best.Count == limit ? best.Peek() : float.NegativeInfinity;
            }
        }

        return lowest;
    }

    private static List<VectorHit> Rescore(
        IReadOnlyList<VectorSegment> segments, ReadOnlySpan<float> query, ReadOnlySpan<float> scores, float lowest, int limit)
    {
        var hits = new List<VectorHit>();
        var first = 0;
        foreach (var segment in segments)
        {
            for (var index = 0; index < segment.Count; index++)
            {
                if (scores[first + index] >= lowest && !float.IsNegativeInfinity(scores[first + index]))
                {
                    hits.Add(new VectorHit(first + index, Math.Clamp(Vectors.Dot(segment.Vector(index), query), -1, 1)));
                }
            }

            first += segment.Count;
        }

        return [.. hits.OrderByDescending(hit => hit.Cosine).Take(limit)];
    }
}

/// <summary>A query in whole numbers, as large as sums of products with bytes allow.</summary>
internal readonly struct QuantizedQuery
{
    public QuantizedQuery(ReadOnlySpan<float> unit)
    {
        var largest = 0f;
        foreach (var value in unit)
        {
            largest = MathF.Max(largest, MathF.Abs(value));
        }

        var highest = Math.Min(short.MaxValue, int.MaxValue / (sbyte.MaxValue * unit.Length));
        Scale = largest == 0 ? 1 : largest / highest;
        Values = new short[VectorSegment.Padded(unit.Length)];
        for (var place = 0; place < unit.Length; place++)
        {
            Values[place] = (short)MathF.Round(unit[place] / Scale);
            var missing = unit[place] - (Values[place] * Scale);
            Error += missing * missing;
        }

        Error = MathF.Sqrt(Error);
    }

    public short[] Values { get; }

    public float Scale { get; }

    /// <summary>How far it is from its original.</summary>
    public float Error { get; }
}
