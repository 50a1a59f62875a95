using System.Runtime.CompilerServices;
using LlmGateway.Datasets.Feedback;
using LlmGateway.Datasets.Inferences;
using LlmGateway.Datasets.Storage;
using LlmGateway.Datasets.Versions.Sources;
using LlmGateway.Service;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Datasets.Annotations.Items;

/// <summary>Opens the source of a queue's items that a request names.</summary>
internal sealed class AnnotationSources(DatasetsDbContext context, FeedbackMetrics metrics, EvalRunItems runs)
{
    /// <exception cref="ApiException">Something that it names is not there (404), or does not fit the queue (400).</exception>
    public async Task<IAsyncEnumerable<AnnotationDraft>> OpenAsync(
        AnnotationQueue queue, AnnotationSource source, Caller caller, DropCounts dropped, CancellationToken cancellationToken)
    {
        source.Check();
        var isPair = queue.Mode == AnnotationQueue.Pairwise;
        if (source.Type == AnnotationSource.Inline)
        {
            return source.Items!.Select((item, index) => item.Read($"source.items[{index}]", isPair)).ToList().ToAsyncEnumerable();
        }

        if (isPair)
        {
            throw new ApiException(ApiErrors.BadRequest("Invalid 'source.type': a pairwise queue takes 'inline' items, each with two outputs.", "source.type"));
        }

        return source.Type switch
        {
            AnnotationSource.EvalRun => await runs.OpenAsync(source, caller, cancellationToken),
            AnnotationSource.Inferences => OfCalls(queue.ProjectId, await FindAsync(queue.ProjectId, source.Ids!, cancellationToken), [], source.Ids!.Count, dropped, cancellationToken),
            _ => OfCalls(
                queue.ProjectId,
                await (source.Filter ?? InferenceSelection.All).ApplyAsync(context, metrics, queue.ProjectId, cancellationToken),
                [.. source.Filter?.Metadata ?? []],
                source.Limit ?? AnnotationSource.DefaultLimit,
                dropped,
                cancellationToken),
        };
    }

    private async Task<IQueryable<Inference>> FindAsync(string project, IReadOnlyList<string> ids, CancellationToken cancellationToken)
    {
        var rows = context.Inferences.AsNoTracking().Where(row => row.ProjectId == project);
        var found = new List<Guid>();
        for (var index = 0; index < ids.Count; index++)
        {
            found.Add((await rows.FindAsync(ids[index], cancellationToken)
                ?? throw new ApiException(ApiErrors.NotFound($"No inference found with id '{ids[index]}'.", $"source.ids[{index}]"))).Id);
        }

        return rows.Where(row => found.Contains(row.Id));
    }

    private async IAsyncEnumerable<AnnotationDraft> OfCalls(
        string project, IQueryable<Inference> calls, IReadOnlyList<KeyValuePair<string, string>> metadata, int limit, DropCounts dropped,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // What a person said before must not be shown as the model's answer.
        var source = new InferenceSource(context, project, calls, metadata, limit, withDemonstrations: false);
        await foreach (var item in source.ReadAsync(dropped, cancellationToken))
        {
            var id = item.InferenceId!.Value.ToString();
            yield return new AnnotationDraft(AnnotationSourceType.Inference, id, item.Input, item.Reference, null, item.Metadata, id);
        }
    }
}
