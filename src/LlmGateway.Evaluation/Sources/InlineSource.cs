using System.Text.Json;
using LlmGateway.Evaluation.Sampling;
using LlmGateway.Service;

namespace LlmGateway.Evaluation.Sources;

/// <summary>Items that came with the request: OpenAI's <c>file_content</c>.</summary>
internal sealed class InlineSource(IReadOnlyList<SourcedItem> items) : IItemSource
{
    public string? Id => null;

    public bool HasMessages => false;

    public bool AreCalls => false;

    /// <summary>Known at once, so that the request itself can be refused.</summary>
    public IReadOnlyList<SourcedItem> Items => items;

    public static InlineSource Read(JsonFields fields, int maxItems)
    {
        fields.Only("type", "content");
        return new InlineSource([.. fields.List("content", 1, maxItems).Select((entry, index) => ReadItem(entry.Element, entry.Path, index))]);
    }

    public Task<string?> CheckAsync(DatasetsClient datasets, Caller caller, CancellationToken cancellationToken) => Task.FromResult<string?>(null);

    public IAsyncEnumerable<SourcedItem> ReadAsync(DatasetsClient datasets, Caller caller, CancellationToken cancellationToken) => items.ToAsyncEnumerable();

    private static SourcedItem ReadItem(JsonElement element, string path, int index)
    {
        try
        {
            return ItemLine.Read(element, index);
        }
        catch (SourceException exception)
        {
            throw JsonFields.Invalid($"'{path}': {exception.Message}.", path);
        }
    }
}
