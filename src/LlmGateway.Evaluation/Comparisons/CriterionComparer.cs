using LlmGateway.Statistics;

namespace LlmGateway.Evaluation.Comparisons;

/// <summary>Compares two runs by one criterion. The verdict waits for what Holm says of all questions together.</summary>
internal static class CriterionComparer
{
    public const string Binary = "binary";
    public const string Numeric = "numeric";
    public const string NoDifferenceShown = "no_difference_shown";
    private const double Alpha = 0.05;

    public static CriterionComparison Compare(string criterion, bool isBinary, PairedResults paired, int seed)
    {
        var bare = new CriterionComparison(
            criterion,
            isBinary ? Binary : Numeric,
            paired.Pairs.Count,
            paired.LeftOut,
            new Estimate(null, null, null),
            new Estimate(null, null, null),
            new Estimate(null, null, null),
            isBinary ? "mcnemar_exact" : "sign_flip",
            null, null, null, null,
            NoDifferenceShown,
            null, null,
            Changed(paired, pair => pair.Change > 0),
            Changed(paired, pair => pair.Change < 0));
        return paired.Pairs.Count == 0 ? bare : isBinary ? CompareShares(bare, paired) : CompareMeans(bare, paired, (ulong)seed);
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

    private static CriterionComparison CompareShares(CriterionComparison bare, PairedResults paired)
    {
        var counts = Count(paired);
        var discordance = (double)counts.Discordant / counts.Total;
        return bare with
        {
            Baseline = Share(counts.FirstPassed, counts.Total),
            Candidate = Share(counts.SecondPassed, counts.Total),
            Difference = With(counts.Difference, PairedDifference.Newcombe(counts)),
            P = McNemar.Exact(counts),
            MidP = McNemar.MidP(counts),
            Counts = new DiscordanceCounts(counts.Both, counts.OnlyFirst, counts.OnlySecond, counts.Neither),
            ItemsNeeded = Further(PairedPower.ItemsForBinary(counts.Difference, discordance), counts.Total),
            DetectableDifference = PairedPower.DetectableBinary(counts.Total, discordance),
        };
    }

    private static CriterionComparison CompareMeans(CriterionComparison bare, PairedResults paired, ulong seed)
    {
        double[] changes = [.. paired.Pairs.Select(pair => pair.Change)];
        var mean = Moments.Mean(changes);
        var deviation = Moments.StandardDeviation(changes);
        return bare with
        {
            Baseline = new Estimate(paired.Pairs.Average(pair => pair.Before), null, null),
            Candidate = new Estimate(paired.Pairs.Average(pair => pair.After), null, null),
            Difference = With(mean, PairedScores.Bootstrap(changes, seed)),
            P = PairedScores.SignFlipP(changes, seed),
            ItemsNeeded = Further(deviation > 0 ? PairedPower.ItemsForMean(mean, deviation.Value) : null, changes.Length),
            DetectableDifference = deviation is { } sigma ? PairedPower.DetectableMean(changes.Length, sigma) : null,
        };
    }

    private static PairedCounts Count(PairedResults paired)
    {
        var (both, onlyFirst, onlySecond, neither) = (0, 0, 0, 0);
        foreach (var pair in paired.Pairs)
        {
            _ = (pair.Before > 0, pair.After > 0) switch
            {
                (true, true) => both++,
                (true, false) => onlyFirst++,
                (false, true) => onlySecond++,
                _ => neither++,
            };
        }

        return new PairedCounts(both, onlyFirst, onlySecond, neither);
    }

    /// <summary>Never fewer than were tried: they have not shown it.</summary>
    private static int? Further(int? needed, int tried) => needed is { } items ? Math.Max(items, tried + 1) : null;

    private static Estimate Share(int passed, int total) => With((double)passed / total, Proportion.Wilson(passed, total));

    private static Estimate With(double value, Interval? interval) => new(value, interval?.Low, interval?.High);

    private static ChangedItems Changed(PairedResults paired, Func<ScorePair, bool> which)
    {
        var changed = paired.Pairs.Where(which).OrderByDescending(pair => Math.Abs(pair.Change)).ThenBy(pair => pair.First.Index).ToList();
        return new ChangedItems(
            changed.Count,
            [.. changed.Take(ChangedItems.Limit).Select(pair => new ChangedItem(pair.First.Index, pair.First.Id, pair.Second.Id, pair.Before, pair.After))]);
    }
}
