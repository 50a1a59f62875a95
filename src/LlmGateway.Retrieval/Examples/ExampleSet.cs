using LlmGateway.Text.Search;

namespace LlmGateway.Retrieval.Examples;

/// <summary>A dataset version in memory, searchable by what its items ask.</summary>
/// <param name="versionId">The version's id.</param>
/// <param name="items">Its items.</param>
internal sealed class ExampleSet(string versionId, IReadOnlyList<ExampleItem> items)
{
    private readonly Dictionary<string, ExampleItem> _byId = items.ToDictionary(item => item.Id, StringComparer.Ordinal);

    public string VersionId { get; } = versionId;

    public IReadOnlyList<ExampleItem> Items { get; } = items;

    /// <summary>The items by their place.</summary>
    public ExampleSelection Selection { get; } = new([.. items.Select(item => item.Input)], [.. items.Select(item => item.Output)]);

    public long SizeBytes => Selection.SizeBytes + Items.Sum(item => item.SizeBytes);

    public ExampleItem? Find(string id) => _byId.GetValueOrDefault(id);
}
