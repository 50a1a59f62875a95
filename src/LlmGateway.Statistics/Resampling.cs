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

    /// <summary>The sum of as many values as there are, each drawn at random with replacement.</summary>
    public double SumOfSample(ReadOnlySpan<double> values)
    {
        var sum = 0.0;
        var size = (ulong)values.Length;
        for (var drawn = 0; drawn < values.Length; drawn += 2)
        {
            // Two draws from one number; the bias of a share of 2³² is far below what resampling itself leaves.
            var bits = Next();
            sum += values[(int)(((bits & uint.MaxValue) * size) >> 32)];
            if (drawn + 1 < values.Length)
            {
                sum += values[(int)(((bits >> 32) * size) >> 32)];
            }
        }

        return sum;
    }

    /// <summary>The sum of the values, each with a sign at random.</summary>
    public double SumWithSigns(ReadOnlySpan<double> values)
    {
        var (sum, bits) = (0.0, 0UL);
        for (var index = 0; index < values.Length; index++)
        {
            bits = (index & 63) == 0 ? Next() : bits >> 1;
            sum += (bits & 1) == 0 ? values[index] : -values[index];
        }

        return sum;
    }
}
