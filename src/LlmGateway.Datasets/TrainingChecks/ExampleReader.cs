using System.Runtime.CompilerServices;
using LlmGateway.Contracts.Datasets;
using LlmGateway.Datasets.Files;
using LlmGateway.Datasets.Storage;
using LlmGateway.Datasets.Versions;
using LlmGateway.Datasets.Versions.Exports;
using LlmGateway.Datasets.Versions.Imports;
using LlmGateway.Service;

namespace LlmGateway.Datasets.TrainingChecks;

/// <param name="Hash">Of what they are read from.</param>
/// <param name="Examples">Good and bad.</param>
internal sealed record OpenedExamples(string Hash, IAsyncEnumerable<TrainingExample> Examples);

/// <summary>Reads the examples of a part, good and bad, one after another.</summary>
internal sealed class ExampleReader(DatasetsDbContext context, IFileStore files, TimeProvider time)
{
    /// <exception cref="ApiException">The project has no such file or version.</exception>
    public async Task<OpenedExamples> OpenAsync(TrainingPart part, TrainingMethod method, string project, CancellationToken cancellationToken)
    {
        if (part.FileId is { } id)
        {
            var file = await context.FindFileAsync(project, id, time.GetUtcNow(), cancellationToken);
            return new(file.Sha256, OfLines(await files.OpenAsync(file.Id, file.Bytes, cancellationToken), method, cancellationToken));
        }

        var version = await context.FindVersionAsync(project, part.DatasetId ?? "", part.Version ?? "", cancellationToken);
        return new($"{version.ContentHash}:{part.Split}", OfItems(ItemContent.PagesOf(context, version, part.Split, cancellationToken), method.Need));
    }

    /// <summary>Those of a file, which is closed at the end.</summary>
    internal static async IAsyncEnumerable<TrainingExample> OfLines(
        Stream content, TrainingMethod method, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var closed = content;
        await TextStart.FindAsync(content, cancellationToken);
        await foreach (var (number, line) in JsonLines.ReadAsync(content, cancellationToken))
        {
            yield return Read($"Line {number}", () => method.Parse(line ?? throw new LineException(JsonLines.TooLong), number));
        }
    }

    private static async IAsyncEnumerable<TrainingExample> OfItems(IAsyncEnumerable<IReadOnlyList<ItemContent>> pages, ItemNeed need)
    {
        await foreach (var item in pages.SelectMany(page => page))
        {
            yield return new TrainingExample($"Item '{item.Row.ItemId}'", item, need.Fault(item));
        }
    }

    private static TrainingExample Read(string place, Func<ItemDraft> parse)
    {
        try
        {
            return TrainingExample.Of(place, parse());
        }
        catch (LineException exception)
        {
            return new TrainingExample(place, null, exception.Message);
        }
    }
}
