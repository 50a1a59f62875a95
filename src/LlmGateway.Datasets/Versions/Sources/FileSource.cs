using System.Runtime.CompilerServices;
using LlmGateway.Datasets.Files;
using LlmGateway.Service;

namespace LlmGateway.Datasets.Versions.Sources;

/// <summary>Items from a JSONL file: all of its lines, or none.</summary>
internal sealed class FileSource(IFileStore files, StoredFile file) : IItemSource
{
    public async IAsyncEnumerable<ItemDraft> ReadAsync(DropCounts dropped, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var errors = new LineErrors();
        var lines = 0;
        await using var content = await files.OpenAsync(file.Id, file.Bytes, cancellationToken);
        await foreach (var (number, line) in JsonLines.ReadAsync(content, cancellationToken))
        {
            lines++;
            // Behind a bad line there is only the search for more of them.
            if (TryParse(line, number, errors) is { } item && !errors.Any)
            {
                yield return item;
            }
        }

        if (errors.Any)
        {
            throw new ApiException(errors.ToError(lines));
        }
    }

    private static ItemDraft? TryParse(byte[] line, int number, LineErrors errors)
    {
        try
        {
            return LineParser.Parse(line, number);
        }
        catch (LineException exception)
        {
            errors.Add(number, exception.Message);
            return null;
        }
    }
}
