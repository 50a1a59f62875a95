namespace LlmGateway.Evaluation.Comparisons;

/// <summary>Items that changed, the largest changes first; at most <see cref="Limit"/> are named.</summary>
internal sealed record ChangedItems(int Count, IReadOnlyList<ChangedItem> Items)
{
    public const int Limit = 100;

    public static ChangedItems Of(PairedResults paired, Func<ScorePair, bool> which)
    {
        var changed = paired.Pairs.Where(which).OrderByDescending(pair => Math.Abs(pair.Change)).ThenBy(pair => pair.First.Index).ToList();
        return new ChangedItems(
            changed.Count,
            [.. changed.Take(Limit).Select(pair => new ChangedItem(pair.First.Index, pair.First.Id, pair.Second.Id, pair.Before, pair.After))]);
    }
}

/// <summary>An item that changed, by its place in the data and its output items' ids.</summary>
internal sealed record ChangedItem(int DatasourceItemId, string BaselineItemId, string CandidateItemId, double BaselineScore, double CandidateScore);
