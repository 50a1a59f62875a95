using System.Runtime.CompilerServices;
using System.Text.Json;
using LlmGateway.Datasets.Annotations;
using LlmGateway.Datasets.Storage;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Datasets.Versions.Sources;

/// <summary>The labelled items of an annotation queue: the label is the reference, and of a pair the better output is.</summary>
internal sealed class LabelSource(DatasetsDbContext context, AnnotationQueue queue) : IItemSource
{
    private const int PageSize = 100;

    public async IAsyncEnumerable<ItemDraft> ReadAsync(DropCounts dropped, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var resolved = context.ItemsOf(queue).Where(item => item.Status == AnnotationStatus.Resolved).OrderBy(item => item.Id);
        for (var page = await resolved.Take(PageSize).ToListAsync(cancellationToken); page is [.., var last];)
        {
            foreach (var item in page)
            {
                if (ReferenceOf(item) is { } reference)
                {
                    yield return ToDraft(item, reference);
                }
                else
                {
                    dropped.Add(DropCounts.Tie);
                }
            }

            page = await resolved.Where(item => string.Compare(item.Id, last.Id) > 0).Take(PageSize).ToListAsync(cancellationToken);
        }
    }

    private string? ReferenceOf(AnnotationItem item) => (queue.Mode, item.Label) switch
    {
        (AnnotationQueue.Pairwise, AnswerType.First) => item.Output,
        (AnnotationQueue.Pairwise, AnswerType.Second) => item.OtherOutput,
        (AnnotationQueue.Pairwise, _) => null,
        _ => item.Label,
    };

    private static ItemDraft ToDraft(AnnotationItem item, string reference) => new()
    {
        Input = JsonElement.Parse(item.Input),
        Reference = JsonElement.Parse(reference),
        Metadata = item.Metadata is { } metadata ? JsonElement.Parse(metadata) : null,
        InferenceId = Guid.TryParse(item.InferenceId, out var id) ? id : null,
    };
}
