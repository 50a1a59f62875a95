using LlmGateway.Text.Search;

namespace LlmGateway.Evaluation.Sampling.Blocks;

/// <summary>A dataset version in memory, searchable by its inputs' text.</summary>
internal sealed class IndexedDataset
{
    public IndexedDataset(IReadOnlyList<IndexedItem> items)
    {
        Items = items;
        Examples = new ExampleSelection([.. items.Select(item => item.Text)], [.. items.Select(item => item.Reference)]);
        SizeBytes = Examples.SizeBytes + items.Sum(item => item.SizeBytes);
    }

    public IReadOnlyList<IndexedItem> Items { get; }

    /// <summary>The items as examples, by their place.</summary>
    public ExampleSelection Examples { get; }

    public long SizeBytes { get; }

    public IReadOnlyList<SearchHit> Search(string query, int limit) => Examples.Search(query, limit);
}
