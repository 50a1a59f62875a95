namespace LlmGateway.Statistics;

/// <summary>
/// Random numbers that are the same for a seed on every machine and in every version: SplitMix64 (Steele, Lea and Flood,
/// OOPSLA 2014).
/// </summary>
internal struct Resampling(ulong seed)
{
    private ulong _state = seed;

    public ulong Next()
    {
        var mixed = _state += 0x9E3779B97F4A7C15;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return mixed ^ (mixed >> 31);
    }

    /// <summary>A place from 0 to one less than the count.</summary>
    public int NextIndex(int count) => (int)(((Next() >> 32) * (ulong)count) >> 32);

    /// <summary>Puts values into an order at random (R. A. Fisher and F. Yates).</summary>
    public void Shuffle(Span<int> values)
    {
        for (var last = values.Length - 1; last > 0; last--)
        {
            var other = NextIndex(last + 1);
            (values[last], values[other]) = (values[other], values[last]);
        }
    }

    /// <summary>The sum of as many values as there are, each drawn at random with replacement.</summary>
    public double SumOfSample(ReadOnlySpan<double> values)
    {
        // Two sums, so that no addition waits for the one before.
        var (even, odd) = (0.0, 0.0);
        for (var drawn = 0; drawn < values.Length; drawn += 2)
        {
            var (first, second) = NextTwo(values.Length);
            even += values[first];
            odd += drawn + 1 < values.Length ? values[second] : 0;
        }

        return even + odd;
    }

    /// <summary>The sums of two columns over as many rows as there are, each drawn at random with replacement.</summary>
    public (double First, double Second) SumsOfSample(ReadOnlySpan<double> first, ReadOnlySpan<double> second)
    {
        var (a, b) = (0.0, 0.0);
        for (var drawn = 0; drawn < first.Length; drawn += 2)
        {
            var (one, two) = NextTwo(first.Length);
            a += first[one];
            b += second[one];
            if (drawn + 1 < first.Length)
            {
                a += first[two];
                b += second[two];
            }
        }

        return (a, b);
    }

    /// <summary>Two places from one number; the bias of a share of 2³² is far below what resampling itself leaves.</summary>
    private (int First, int Second) NextTwo(int count)
    {
        var (bits, size) = (Next(), (ulong)count);
        return ((int)(((bits & uint.MaxValue) * size) >> 32), (int)(((bits >> 32) * size) >> 32));
    }
}
