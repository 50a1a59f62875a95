using CsvHelper;
using Microsoft.AspNetCore.Http;

namespace LlmGateway.Datasets.Versions.Exports;

/// <summary>Items as CSV in UTF-8, by RFC 4180, with a header.</summary>
internal sealed class CsvItemWriter : IItemWriter
{
    private readonly CsvWriter _csv;

    public CsvItemWriter(HttpResponse response)
    {
        response.ContentType = "text/csv; charset=utf-8; header=present";
        _csv = CsvWriter.Create(new ResponseStream(response.BodyWriter));
        WriteRecord(ItemColumns.All.Select(column => column.Name));
    }

    public Task WriteAsync(IReadOnlyList<ItemContent> page, CancellationToken cancellationToken)
    {
        foreach (var item in page)
        {
            WriteRecord(ItemColumns.All.Select(column => column.Read(item)));
        }

        return CompleteAsync(cancellationToken);
    }

    /// <summary>Without items there is still the header.</summary>
    public async Task CompleteAsync(CancellationToken cancellationToken) => await _csv.FlushAsync(cancellationToken);

    public void Dispose() => _csv.Dispose();

    private void WriteRecord(IEnumerable<string?> fields)
    {
        foreach (var field in fields)
        {
            _csv.WriteField(field);
        }

        _csv.EndRecord();
    }
}
