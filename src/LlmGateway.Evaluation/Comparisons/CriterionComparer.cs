using LlmGateway.Statistics;

namespace LlmGateway.Evaluation.Comparisons;

/// <summary>
/// Compares two runs by one criterion: passes of single items are counted, all else is averaged. The verdict waits for what Holm
/// says of all questions together.
/// </summary>
internal static class CriterionComparer
{
    public const string Binary = "binary";
    public const string Numeric = "numeric";
    public const string NoDifferenceShown = "no_difference_shown";
    private const double Alpha = 0.05;

    /// <param name="criterion">The criterion's name.</param>
    /// <param name="isBinary">Whether its scores are 0 and 1.</param>
    /// <param name="paired">The two runs' scores.</param>
    /// <param name="settings">How they are compared.</param>
    public static CriterionComparison Compare(string criterion, bool isBinary, PairedResults paired, ComparisonSettings settings)
    {
        var isCounted = isBinary && paired.AreSingle;
        var bare = new CriterionComparison(
            criterion,
            isBinary && !paired.AreRepeated ? Binary : Numeric,
            paired.Pairs.Count,
            paired.Clusters is { Length: > 0 } clusters ? clusters.Max() + 1 : null,
            paired.LeftOut,
            Estimate.Unknown,
            Estimate.Unknown,
            Estimate.Unknown,
            isCounted ? "newcombe" : paired.Changes.IntervalMethod,
            isCounted ? settings.McNemarMethod : paired.Changes.TestMethod,
            null, null, null, null,
            NoDifferenceShown,
            null, null,
            ChangedItems.Of(paired, pair => pair.Change > 0),
            ChangedItems.Of(paired, pair => pair.Change < 0));
        return paired.Pairs.Count == 0 ? bare : isCounted ? CompareShares(bare, paired.Count(), settings) : CompareMeans(bare, paired, settings.Seed);
    }

    /// <summary>Gives the verdict.</summary>
    public static CriterionComparison Judge(this CriterionComparison comparison, double adjustedP)
    {
        var shown = adjustedP < Alpha && comparison.Difference.Value != 0;
        return comparison with
        {
            AdjustedP = adjustedP,
            Verdict = !shown ? NoDifferenceShown : comparison.Difference.Value > 0 ? "better" : "worse",
            ItemsNeeded = shown ? null : comparison.ItemsNeeded,
        };
    }

    private static CriterionComparison CompareShares(CriterionComparison bare, PairedCounts counts, ComparisonSettings settings)
    {
        var discordance = (double)counts.Discordant / counts.Total;
        var mid = McNemar.MidP(counts);
        return bare with
        {
            Baseline = Estimate.OfShare(counts.FirstPassed, counts.Total),
            Candidate = Estimate.OfShare(counts.SecondPassed, counts.Total),
            Difference = Estimate.Of(counts.Difference, PairedDifference.Newcombe(counts)),
            P = settings.UseMidP ? mid : McNemar.Exact(counts),
            MidP = mid,
            Counts = new DiscordanceCounts(counts.Both, counts.OnlyFirst, counts.OnlySecond, counts.Neither),
            ItemsNeeded = Further(PairedPower.ItemsForBinary(counts.Difference, discordance), counts.Total),
            DetectableDifference = PairedPower.DetectableBinary(counts.Total, discordance),
        };
    }

    private static CriterionComparison CompareMeans(CriterionComparison bare, PairedResults paired, ulong seed)
    {
        var changes = paired.Changes;
        var (mean, deviation) = (changes.Mean, changes.StandardDeviation);
        return bare with
        {
            Baseline = Estimate.Of(paired.Before.Mean, null),
            Candidate = Estimate.Of(paired.After.Mean, null),
            Difference = changes.Estimate(seed),
            P = changes.SignFlipP(seed),
            ItemsNeeded = Further(deviation > 0 ? PairedPower.ItemsForMean(mean, deviation.Value) : null, changes.Count),
            DetectableDifference = deviation is { } sigma ? PairedPower.DetectableMean(changes.Count, sigma) : null,
        };
    }

    /// <summary>Never fewer than were tried: they have not shown it.</summary>
    private static int? Further(int? needed, int tried) => needed is { } items ? Math.Max(items, tried + 1) : null;
}
