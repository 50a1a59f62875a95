using LlmGateway.Statistics;

namespace LlmGateway.Gateway.SemanticCaching.Precision;

/// <summary>How similar two questions were, and whether they had the same answer.</summary>
internal readonly record struct JudgedSimilarity(double Similarity, bool Same);

/// <summary>A threshold and what speaks for it.</summary>
/// <param name="Threshold">Least similarity of a hit.</param>
/// <param name="Pairs">Judged pairs at it or above.</param>
/// <param name="Same">Those of them that had the same answer.</param>
internal sealed record ThresholdChoice(double Threshold, int Pairs, int Same)
{
    /// <summary>Pairs below which no threshold is chosen.</summary>
    public const int MinPairs = 30;

    /// <summary>Similarities are compared to four decimals: more than vectors of half precision hold.</summary>
    private const double Steps = 10_000;

    /// <summary>Share of right answers among the pairs.</summary>
    public double Precision => (double)Same / Pairs;

    /// <summary>Wilson's 95 % interval of <see cref="Precision"/>.</summary>
    public Interval Interval => Proportion.Wilson(Same, Pairs);

    /// <summary>
    /// The lowest threshold of <paramref name="floor"/> or more at which the precision's lower bound reaches the target: the most
    /// hits that the pairs can answer for. Null when they can answer for none.
    /// </summary>
    public static ThresholdChoice? Safe(IEnumerable<JudgedSimilarity> pairs, double target, double floor) =>
        Lowest(pairs, floor, choice => choice.Pairs >= MinPairs && choice.Interval.Low >= target);

    /// <summary>
    /// The lowest threshold at which the target is met by the pairs as they are, however few: for closing a gap that was seen, where
    /// waiting for certainty would mean more wrong answers. 1, which nothing but the same text reaches, when none meets it.
    /// </summary>
    public static double Tighter(IEnumerable<JudgedSimilarity> pairs, double target, double floor) =>
        Lowest(pairs, floor, choice => choice.Precision >= target)?.Threshold ?? 1;

    private static ThresholdChoice? Lowest(IEnumerable<JudgedSimilarity> pairs, double floor, Func<ThresholdChoice, bool> suffices)
    {
        ThresholdChoice? lowest = null;
        var (count, same) = (0, 0);
        foreach (var group in pairs.GroupBy(pair => Round(pair.Similarity)).Where(group => group.Key >= floor).OrderByDescending(group => group.Key))
        {
            count += group.Count();
            same += group.Count(pair => pair.Same);
            var choice = new ThresholdChoice(group.Key, count, same);
            lowest = suffices(choice) ? choice : lowest;
        }

        return lowest;
    }

    /// <summary>Downwards, so that a pair is never above the threshold that it stands for.</summary>
    private static double Round(double similarity) => Math.Floor(similarity * Steps) / Steps;
}
