using LlmGateway.Text.Metrics;
using LlmGateway.Text.Search;

namespace LlmGateway.Evaluation.Sampling.Blocks;

/// <summary>A dataset version in memory, searchable by its inputs' text.</summary>
internal sealed class IndexedDataset
{
    private readonly Bm25Index _index;
    private readonly ILookup<string, int> _byText;

    public IndexedDataset(IReadOnlyList<IndexedItem> items)
    {
        Items = items;
        _index = Bm25Index.Build([.. items.Select(item => item.Text)]);
        _byText = items.Index().ToLookup(entry => SquadAnswer.Normalize(entry.Item.Text), entry => entry.Index);
        SizeBytes = _index.SizeBytes + items.Sum(item => item.SizeBytes);
    }

    public IReadOnlyList<IndexedItem> Items { get; }

    public long SizeBytes { get; }

    public IReadOnlyList<SearchHit> Search(string query, int limit) => _index.Search(query, limit);

    /// <summary>The items that say the same, but for case, punctuation, articles and spaces.</summary>
    public IEnumerable<int> Like(string text) => _byText[SquadAnswer.Normalize(text)];
}
