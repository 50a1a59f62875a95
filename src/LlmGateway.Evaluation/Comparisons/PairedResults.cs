using LlmGateway.Statistics;

namespace LlmGateway.Evaluation.Comparisons;

/// <summary>Two scores of each item, and what was left out for want of one.</summary>
/// <param name="Pairs">In the order of the data.</param>
/// <param name="Clusters">Each pair's cluster; null where every item stands alone.</param>
/// <param name="LeftOut">Items without a pair of scores.</param>
internal sealed record PairedResults(IReadOnlyList<ScorePair> Pairs, int[]? Clusters, LeftOutItems LeftOut)
{
    /// <summary>Whether an item was sampled several times: what was a pass is then a share of passes.</summary>
    public bool AreRepeated => Pairs.Any(pair => pair.First.Repetitions > 1 || pair.Second.Repetitions > 1);

    /// <summary>Whether each pair is one draw, with nothing to average and nothing that belongs together.</summary>
    public bool AreSingle => Clusters is null && !AreRepeated;

    public Observations Before => new([.. Pairs.Select(pair => pair.Before)], Clusters);

    public Observations After => new([.. Pairs.Select(pair => pair.After)], Clusters);

    public Observations Changes => new([.. Pairs.Select(pair => pair.Change)], Clusters);

    /// <summary>Who passed, where scores are 0 and 1.</summary>
    public PairedCounts Count()
    {
        var (both, onlyFirst, onlySecond, neither) = (0, 0, 0, 0);
        foreach (var pair in Pairs)
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
}

/// <summary>An item's two scores.</summary>
internal readonly record struct ScorePair(ScoredItem First, ScoredItem Second, double Before, double After)
{
    public double Change => After - Before;
}
