using System.Runtime.CompilerServices;
using LlmGateway.Datasets.Inferences;
using LlmGateway.Datasets.Storage;
using LlmGateway.Datasets.Versions;
using LlmGateway.Datasets.Versions.Sources;
using LlmGateway.Service;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Datasets.Annotations.Items;

/// <summary>Opens the source of a queue's items that a request names.</summary>
internal sealed class AnnotationSources(DatasetsDbContext context, CallSources calls, EvalRunItems runs)
{
    /// <exception cref="ApiException">Something that it names is not there (404), or does not fit the queue (400).</exception>
    public async Task<IAsyncEnumerable<AnnotationDraft>> OpenAsync(
        AnnotationQueue queue, AnnotationSource source, Caller caller, DropCounts dropped, CancellationToken cancellationToken)
    {
        source.Check();
        var isPair = queue.Mode == AnnotationQueue.Pairwise;
        if (source.Type == AnnotationSource.Inline)
        {
            return source.Items!.Select((item, index) => item.Read($"source.items[{index}]", isPair)).Select(item => isPair ? PairOrder.Of(queue.Id, item) : item).ToList().ToAsyncEnumerable();
        }

        if (isPair)
        {
            return source.Type == AnnotationSource.FilterType
                ? (await PairsAsync(queue, source, dropped, cancellationToken)).Select(pair => PairOrder.Of(queue.Id, pair))
                : throw new ApiException(ApiErrors.BadRequest(
                    "Invalid 'source.type': a pairwise queue takes 'inline' items, each with two outputs, or a 'filter' of calls, of which some asked the same.", "source.type"));
        }

        return source.Type switch
        {
            AnnotationSource.EvalRun => await runs.OpenAsync(source, caller, cancellationToken),
            AnnotationSource.Inferences => OfCalls(
                await calls.OpenAsync(queue.ProjectId, Answers(null, source.Ids!.Count, null), await FindAsync(queue.ProjectId, source.Ids!, cancellationToken), cancellationToken),
                dropped,
                cancellationToken),
            _ => OfCalls(
                await calls.OpenAsync(queue.ProjectId, Answers(source.Filter, source.Limit ?? AnnotationSource.DefaultLimit, source.Sample), cancellationToken),
                dropped,
                cancellationToken),
        };
    }

    private async Task<IAsyncEnumerable<AnnotationDraft>> PairsAsync(
        AnnotationQueue queue, AnnotationSource source, DropCounts dropped, CancellationToken cancellationToken)
    {
        var answers = await calls.OpenAsync(queue.ProjectId, Answers(source.Filter, VersionRequest.MaxItems, source.Sample), cancellationToken);
        return new AnswerPairs(context, queue.ProjectId).ReadAsync(answers, source.Limit ?? AnnotationSource.DefaultLimit, dropped, cancellationToken);
    }

    /// <summary>What a person said before must not be shown as the model's answer.</summary>
    private static VersionSource Answers(InferenceSelection? filter, int limit, CallSample? sample) =>
        new(VersionSource.FromInferences, null, filter, limit, Output: CallOutput.Inference, Sample: sample);

    private async Task<Func<CancellationToken, IAsyncEnumerable<Guid>>> FindAsync(string project, IReadOnlyList<string> ids, CancellationToken cancellationToken)
    {
        var rows = context.Inferences.AsNoTracking().Where(row => row.ProjectId == project);
        var found = new List<Guid>();
        for (var index = 0; index < ids.Count; index++)
        {
            found.Add((await rows.FindAsync(ids[index], cancellationToken)
                ?? throw new ApiException(ApiErrors.NotFound($"No inference found with id '{ids[index]}'.", $"source.ids[{index}]"))).Id);
        }

        return _ => found.Distinct().Order().ToAsyncEnumerable();
    }

    private static async IAsyncEnumerable<AnnotationDraft> OfCalls(IItemSource source, DropCounts dropped, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var item in source.ReadAsync(dropped, cancellationToken))
        {
            var id = item.InferenceId!.Value.ToString();
            yield return new AnnotationDraft(AnnotationSourceType.Inference, id, item.Input, item.Reference, null, item.Metadata, id);
        }
    }
}
