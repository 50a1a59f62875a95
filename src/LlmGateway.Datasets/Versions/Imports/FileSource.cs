using System.Runtime.CompilerServices;
using LlmGateway.Datasets.Files;
using LlmGateway.Datasets.Versions.Sources;
using LlmGateway.Service;

namespace LlmGateway.Datasets.Versions.Imports;

/// <summary>Items from a JSONL file: all of its lines or none, or those that can be used.</summary>
/// <param name="files">Has the content.</param>
/// <param name="file">The file.</param>
/// <param name="parse">Reads a line of a number.</param>
/// <param name="skipsErrors">Whether lines that cannot be used are passed over.</param>
internal sealed class FileSource(IFileStore files, StoredFile file, Func<byte[], int, ItemDraft> parse, bool skipsErrors) : IItemSource
{
    private const string CsvHint = " Is it CSV? Then ask with 'source.format' set to 'csv' and name its 'source.columns'.";

    public async IAsyncEnumerable<ItemDraft> ReadAsync(DropCounts dropped, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var report = dropped.Lines = new LineReport(knowsIds: skipsErrors);
        await using var content = await files.OpenAsync(file.Id, file.Bytes, cancellationToken);
        await TextStart.FindAsync(content, cancellationToken);
        await foreach (var (number, line) in JsonLines.ReadAsync(content, cancellationToken))
        {
            if (report.Take(number, () => parse(line ?? throw new LineException(JsonLines.TooLong), number)) is not { } item)
            {
                dropped.Add(DropCounts.BadLine);
            }
            else if (skipsErrors || report.Refused == 0)
            {
                // Behind a bad line there is else only the search for more of them.
                yield return item;
            }
        }

        if (report.Refused > 0 && !skipsErrors)
        {
            throw new ApiException(report.ToError(file.Filename.EndsWith(".csv", StringComparison.OrdinalIgnoreCase) ? CsvHint : ""));
        }
    }
}
