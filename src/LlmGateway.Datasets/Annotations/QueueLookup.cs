using LlmGateway.Datasets.Storage;
using LlmGateway.Service;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Datasets.Annotations;

/// <summary>Finds a project's queues and their items.</summary>
internal static class QueueLookup
{
    public static IQueryable<AnnotationQueue> QueuesOf(this DatasetsDbContext context, string project) =>
        context.AnnotationQueues.AsNoTracking().Where(row => row.ProjectId == project);

    /// <exception cref="ApiException">The project has none with this id (404).</exception>
    public static async Task<AnnotationQueue> FindQueueAsync(
        this DatasetsDbContext context, string project, string id, CancellationToken cancellationToken, string param = "queue_id") =>
        await context.QueuesOf(project).FirstOrDefaultAsync(row => row.Id == id, cancellationToken)
        ?? throw new ApiException(ApiErrors.NotFound($"No annotation queue found with id '{id}'.", param));

    public static IQueryable<AnnotationItem> ItemsOf(this DatasetsDbContext context, AnnotationQueue queue) =>
        context.AnnotationItems.AsNoTracking().Where(item => item.QueueId == queue.Id);

    /// <exception cref="ApiException">The queue has none with this id (404).</exception>
    public static async Task<AnnotationItem> FindItemAsync(this DatasetsDbContext context, AnnotationQueue queue, string id, CancellationToken cancellationToken) =>
        await context.ItemsOf(queue).FirstOrDefaultAsync(item => item.Id == id, cancellationToken)
        ?? throw new ApiException(ApiErrors.NotFound($"Queue '{queue.Id}' has no item with id '{id}'.", "item_id"));

    /// <summary>The answers of items, by the item's id.</summary>
    public static async Task<ILookup<string, AnnotationAnswer>> AnswersOfAsync(
        this DatasetsDbContext context, IEnumerable<AnnotationItem> items, CancellationToken cancellationToken)
    {
        var ids = items.Select(item => item.Id).ToArray();
        var answers = await context.AnnotationAnswers.AsNoTracking().Where(answer => ids.Contains(answer.ItemId))
            .OrderBy(answer => answer.Reviewer).ToListAsync(cancellationToken);
        return answers.ToLookup(answer => answer.ItemId);
    }

    /// <summary>Makes changes of a queue's items and answers wait for one another, until the transaction ends.</summary>
    public static Task LockAsync(this DatasetsDbContext context, AnnotationQueue queue, CancellationToken cancellationToken) =>
        context.AnnotationQueues.Where(row => row.Id == queue.Id).ExecuteUpdateAsync(set => set.SetProperty(row => row.Mode, row => row.Mode), cancellationToken);
}
