using System.Runtime.CompilerServices;
using LlmGateway.Datasets.Files;
using LlmGateway.Datasets.Versions.Sources;
using LlmGateway.Service;

namespace LlmGateway.Datasets.Versions.Imports;

/// <summary>Items from a CSV file with a header: all of its records or none, or those that can be used.</summary>
/// <param name="files">Has the content.</param>
/// <param name="file">The file.</param>
/// <param name="columns">What becomes of them.</param>
/// <param name="delimiter">What stands between fields.</param>
/// <param name="skipsErrors">Whether records that cannot be used are passed over.</param>
internal sealed class CsvSource(IFileStore files, StoredFile file, CsvColumns columns, char delimiter, bool skipsErrors) : IItemSource
{
    public async IAsyncEnumerable<ItemDraft> ReadAsync(DropCounts dropped, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var report = dropped.Lines = new LineReport(knowsIds: skipsErrors);
        await using var content = await files.OpenAsync(file.Id, file.Bytes, cancellationToken);
        await TextStart.FindAsync(content, cancellationToken);
        await using var records = new CsvRecords(content, delimiter);
        if (!await records.NextAsync(cancellationToken))
        {
            yield break;
        }

        var (layout, width) = (columns.In(records.Fields), records.Fields.Length);
        while (await records.NextAsync(cancellationToken))
        {
            if (report.Take(records.Line, () => Read(records, layout, width)) is not { } item)
            {
                dropped.Add(DropCounts.BadLine);
            }
            else if (skipsErrors || report.Refused == 0)
            {
                // Behind a bad record there is else only the search for more of them.
                yield return item;
            }
        }

        if (report.Refused > 0 && !skipsErrors)
        {
            throw new ApiException(report.ToError());
        }
    }

    private static ItemDraft Read(CsvRecords record, CsvLayout layout, int width) =>
        record.Fault is { } fault ? throw new LineException(fault)
        : record.Fields.Length != width ? throw new LineException($"it has {record.Fields.Length} fields, the header has {width}")
        : layout.Read(record.Fields, record.Line);
}
