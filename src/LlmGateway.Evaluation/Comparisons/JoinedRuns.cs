using LlmGateway.Service;

namespace LlmGateway.Evaluation.Comparisons;

/// <summary>Two runs joined by item, in the order of the baseline's data, so that a seed always draws the same items.</summary>
/// <param name="Common">The items that both have.</param>
/// <param name="BaselineOnly">How many the candidate has not.</param>
/// <param name="CandidateOnly">How many the baseline has not.</param>
/// <param name="Clusters">Which items belong together.</param>
internal sealed record JoinedRuns(IReadOnlyList<ItemPair> Common, int BaselineOnly, int CandidateOnly, ItemClusters Clusters)
{
    /// <param name="baseline">The run to compare with.</param>
    /// <param name="candidate">The run that is compared with it.</param>
    /// <param name="clusters">Which of the baseline's items belong together.</param>
    /// <param name="field">The request's field that names the candidate.</param>
    /// <exception cref="ApiException">They have no item in common (400).</exception>
    public static JoinedRuns Join(RunScores baseline, RunScores candidate, ItemClusters clusters, string field)
    {
        var common = new List<ItemPair>(baseline.Items.Count);
        foreach (var (key, first) in baseline.Items)
        {
            if (candidate.Items.TryGetValue(key, out var second))
            {
                common.Add(new ItemPair(first, second));
            }
        }

        if (common.Count == 0)
        {
            throw JsonFields.Invalid(
                $"The runs '{baseline.Run.Id}' and '{candidate.Run.Id}' have no item in common, so there is nothing to pair. Run both on the same data.", field);
        }

        common.Sort((x, y) => x.First.Index.CompareTo(y.First.Index));
        return new JoinedRuns(common, baseline.Items.Count - common.Count, candidate.Items.Count - common.Count, clusters);
    }

    /// <summary>The items that have a score in both runs.</summary>
    /// <param name="score">What an item scored.</param>
    /// <param name="isErrored">Whether it has an error instead.</param>
    public PairedResults Pair(Func<ScoredItem, double?> score, Func<ScoredItem, bool> isErrored)
    {
        var pairs = new List<ScorePair>(Common.Count);
        var (errored, abstained) = (0, 0);
        foreach (var (first, second) in Common)
        {
            if (score(first) is { } before && score(second) is { } after)
            {
                pairs.Add(new ScorePair(first, second, before, after));
            }
            else if (isErrored(first) || isErrored(second))
            {
                errored++;
            }
            else
            {
                abstained++;
            }
        }

        return new PairedResults(
            pairs, Clusters.Number([.. pairs.Select(pair => pair.First)]), new LeftOutItems(BaselineOnly, CandidateOnly, errored, abstained));
    }
}

/// <summary>The same item of two runs.</summary>
internal readonly record struct ItemPair(ScoredItem First, ScoredItem Second);
