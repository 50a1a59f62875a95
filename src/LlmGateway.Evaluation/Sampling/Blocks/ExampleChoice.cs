namespace LlmGateway.Evaluation.Sampling.Blocks;

/// <summary>Chooses the examples that stand before a question.</summary>
internal sealed class ExampleChoice(FewShotBlock block, IndexedDataset dataset)
{
    /// <summary>In the order of the prompt: the likest stands last, next to the question.</summary>
    /// <param name="query">What they should be like.</param>
    /// <param name="own">Texts that an example may not repeat: it would give the answer away.</param>
    public IReadOnlyList<int> Choose(string query, IEnumerable<string> own)
    {
        var given = own.SelectMany(dataset.Like).ToHashSet();
        var usable = Ranked(query, given.Count).Where(index => dataset.Items[index].Reference is not null && !given.Contains(index));
        List<int> chosen = [.. (block.IsBalanced ? Balanced(usable) : usable).Take(block.Fields.K)];
        if (block.IsNearest)
        {
            chosen.Reverse();
        }

        return chosen;
    }

    /// <summary>All items, those first that fit best.</summary>
    private IEnumerable<int> Ranked(string query, int given)
    {
        var all = Enumerable.Range(0, dataset.Items.Count);
        if (!block.IsNearest)
        {
            return all;
        }

        // Most often the few best are enough, and the rest is not looked at.
        var few = block.IsBalanced ? dataset.Items.Count : (2 * block.Fields.K) + given;
        var best = dataset.Search(query, few).Select(hit => hit.Document).ToList();
        return best.Concat(Others(best, all));
    }

    private static IEnumerable<int> Others(IReadOnlyCollection<int> best, IEnumerable<int> all)
    {
        var known = best.ToHashSet();
        return all.Where(index => !known.Contains(index));
    }

    /// <summary>The best of each reference, then the second best of each, and so on.</summary>
    private IEnumerable<int> Balanced(IEnumerable<int> ranked)
    {
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        return ranked.Select(index =>
        {
            var reference = dataset.Items[index].Reference!;
            var round = seen[reference] = seen.GetValueOrDefault(reference, -1) + 1;
            return (Index: index, Round: round);
        }).OrderBy(entry => entry.Round).Select(entry => entry.Index);
    }
}
