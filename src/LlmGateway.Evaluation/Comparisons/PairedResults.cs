using LlmGateway.Evaluation.Runs;

namespace LlmGateway.Evaluation.Comparisons;

/// <summary>Two runs' scores by one criterion, joined by item.</summary>
internal sealed record PairedResults(IReadOnlyList<ScorePair> Pairs, LeftOutItems LeftOut)
{
    public static PairedResults Join(RunScores baseline, RunScores candidate, string criterion)
    {
        var pairs = new List<ScorePair>();
        var (errored, abstained, common) = (0, 0, 0);
        foreach (var (key, first) in baseline.Items)
        {
            if (!candidate.Items.TryGetValue(key, out var second))
            {
                continue;
            }

            common++;
            var (a, b) = (first.Find(criterion), second.Find(criterion));
            if (a?.Score is { } before && b?.Score is { } after)
            {
                pairs.Add(new ScorePair(first, second, before, after));
            }
            else if (IsError(a) || IsError(b))
            {
                errored++;
            }
            else
            {
                abstained++;
            }
        }

        // By place, so that a seed draws the same items whatever order the store gave them in.
        pairs.Sort((x, y) => x.First.Index.CompareTo(y.First.Index));
        return new PairedResults(pairs, new LeftOutItems(baseline.Items.Count - common, candidate.Items.Count - common, errored, abstained));
    }

    private static bool IsError(ItemResult? result) => result is null || result.Error is not null;
}

/// <summary>An item's two scores.</summary>
internal readonly record struct ScorePair(ScoredItem First, ScoredItem Second, double Before, double After)
{
    public double Change => After - Before;
}
