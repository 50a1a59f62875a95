using LlmGateway.Statistics;

namespace LlmGateway.Evaluation.Comparisons;

/// <summary>Compares two runs as classifiers by macro-averaged F1, which counts rare classes as much as common ones.</summary>
internal static class ClassifierComparer
{
    /// <returns>Null where the criterion is no classification, and where items were sampled several times.</returns>
    public static MacroF1Comparison? Compare(PairedResults paired, int criterion, ulong seed)
    {
        var classes = new Dictionary<string, int>();
        var groups = new List<List<ClassifiedItem>>();
        for (var index = 0; index < paired.Pairs.Count; index++)
        {
            var pair = paired.Pairs[index];
            if (paired.AreRepeated || pair.First.Labels(criterion) is not { } before || pair.Second.Labels(criterion) is not { } after)
            {
                return null;
            }

            var item = new ClassifiedItem(Number(before.Actual)!.Value, Number(before.Predicted), Number(after.Predicted));
            Add(item, paired.Clusters?[index] ?? index);
        }

        if (groups.Count == 0)
        {
            return null;
        }

        var measure = new MacroF1(classes.Count, groups);
        var (first, second) = measure.Observed();
        return new MacroF1Comparison(first, second, Estimate.Of(second - first, measure.BootstrapDifference(seed)));

        int? Number(string? label)
        {
            if (label is not null)
            {
                classes.TryAdd(label, classes.Count);
            }

            return label is null ? null : classes[label];
        }

        // Clusters are numbered in the order in which they first occur.
        void Add(ClassifiedItem item, int group)
        {
            if (group == groups.Count)
            {
                groups.Add([]);
            }

            groups[group].Add(item);
        }
    }
}
