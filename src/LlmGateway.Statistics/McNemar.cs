namespace LlmGateway.Statistics;

/// <summary>
/// Tests whether two pass equally often on the same items: among the pairs that differ, each direction is then as likely
/// as the other. Q. McNemar, Psychometrika 12 (1947) 153–157.
/// </summary>
public static class McNemar
{
    /// <summary>The exact two-sided p: twice the smaller binomial tail, at most 1. Never rejects too often.</summary>
    public static double Exact(PairedCounts counts) =>
        Math.Min(1, 2 * Binomial.LowerTail(Math.Min(counts.OnlyFirst, counts.OnlySecond), counts.Discordant));

    /// <summary>
    /// The two-sided mid-p, which counts half of what was observed: nearer to its nominal level than the exact test. Fagerland,
    /// Lydersen and Laake, BMC Medical Research Methodology 13 (2013) 91.
    /// </summary>
    public static double MidP(PairedCounts counts)
    {
        var fewer = Math.Min(counts.OnlyFirst, counts.OnlySecond);
        var observed = Math.Exp(Binomial.LogProbability(fewer, counts.Discordant));
        return Math.Min(1, (2 * Binomial.LowerTail(fewer, counts.Discordant)) - observed);
    }
}
