using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace LlmGateway.Datasets.Versions.Exports;

/// <summary>Items as JSONL.</summary>
internal sealed class LineItemWriter(HttpResponse response, Action<Utf8JsonWriter, ItemContent> write) : IItemWriter
{
    private readonly JsonLinesWriter _lines = new(response);

    public Task WriteAsync(IReadOnlyList<ItemContent> page, CancellationToken cancellationToken)
    {
        foreach (var item in page)
        {
            _lines.Write(writer => write(writer, item));
        }

        return _lines.SendAsync(cancellationToken);
    }

    public Task CompleteAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _lines.Dispose();
}
