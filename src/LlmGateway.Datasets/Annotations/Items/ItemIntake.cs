using LlmGateway.Datasets.Storage;
using LlmGateway.Datasets.Versions.Sources;
using LlmGateway.Service;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Datasets.Annotations.Items;

/// <summary>Puts items into a queue, each of a source once. What is cut short can be asked for again: what is there stays there.</summary>
internal sealed class ItemIntake(DatasetsDbContext context, TimeProvider time)
{
    /// <summary>Most items of a queue.</summary>
    public const int MaxItems = 10_000;

    private const int BatchItems = 100;

    public async Task<ItemsAdded> AddAsync(
        AnnotationQueue queue, IAsyncEnumerable<AnnotationDraft> drafts, DropCounts dropped, CancellationToken cancellationToken)
    {
        var (added, known) = (0, 0);
        await foreach (var batch in drafts.Where(draft => IsReadable(draft, dropped)).Chunk(BatchItems).WithCancellation(cancellationToken))
        {
            var there = await AddAsync(queue, batch, cancellationToken);
            known += there;
            added += batch.Length - there;
        }

        return new ItemsAdded(queue.Id, added, known, dropped.Counts);
    }

    private async Task<int> AddAsync(AnnotationQueue queue, AnnotationDraft[] batch, CancellationToken cancellationToken)
    {
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        await context.LockAsync(queue, cancellationToken);
        var (type, ids) = (batch[0].SourceType, batch.Select(draft => draft.SourceId).ToArray());
        var known = (await context.ItemsOf(queue).Where(item => item.SourceType == type && ids.Contains(item.SourceId))
            .Select(item => item.SourceId).ToListAsync(cancellationToken)).ToHashSet(StringComparer.Ordinal);
        var fresh = batch.Where(draft => known.Add(draft.SourceId)).ToList();
        if (await context.ItemsOf(queue).CountAsync(cancellationToken) + fresh.Count > MaxItems)
        {
            throw new ApiException(ApiErrors.BadRequest($"A queue may have at most {MaxItems} items: make another one for the rest.", "source", "too_many_items"));
        }

        context.AnnotationItems.AddRange(fresh.Select((draft, index) => Make(queue, draft, index)));
        await context.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        context.ChangeTracker.Clear();
        return batch.Length - fresh.Count;
    }

    /// <summary>A millisecond apart, so that they are reviewed in the order of their source.</summary>
    private AnnotationItem Make(AnnotationQueue queue, AnnotationDraft draft, int index)
    {
        var now = time.GetUtcNow().AddMilliseconds(index);
        return new AnnotationItem
        {
            Id = RowIds.New(AnnotationItem.IdPrefix, now),
            QueueId = queue.Id,
            SourceType = draft.SourceType,
            SourceId = draft.SourceId,
            Input = draft.Input.GetRawText(),
            Output = draft.Output?.GetRawText(),
            OtherOutput = draft.OtherOutput?.GetRawText(),
            Metadata = draft.Metadata?.GetRawText(),
            InferenceId = draft.InferenceId,
            Status = AnnotationStatus.Pending,
            CreatedAtMicros = UnixMicros.Of(now),
        };
    }

    private static bool IsReadable(AnnotationDraft draft, DropCounts dropped)
    {
        if (draft.Length <= AnnotationDraft.MaxLength)
        {
            return true;
        }

        dropped.Add(DropCounts.TooLarge);
        return false;
    }
}

/// <summary>What became of a source.</summary>
/// <param name="QueueId">The queue.</param>
/// <param name="Added">Items that are new.</param>
/// <param name="AlreadyThere">Items that the queue had.</param>
/// <param name="Dropped">What was left out, by the reason.</param>
internal sealed record ItemsAdded(string QueueId, int Added, int AlreadyThere, IReadOnlyDictionary<string, int> Dropped)
{
    public string Object { get; } = "annotation_queue.items_added";
}
