using LlmGateway.Datasets.Catalog;
using LlmGateway.Datasets.Feedback;
using LlmGateway.Datasets.Storage;
using LlmGateway.OpenAI;
using LlmGateway.Service;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Datasets.Annotations;

/// <summary>Queues of items that people judge.</summary>
internal static class QueueEndpoints
{
    public static void MapAnnotationQueues(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/annotation_queues", CreateAsync).WithName("CreateAnnotationQueue").WithSummary("Make a queue for reviewers");
        routes.MapGet("/v1/annotation_queues", ListAsync).WithName("ListAnnotationQueues").WithSummary("List annotation queues");
        routes.MapGet("/v1/annotation_queues/{id}", GetAsync).WithName("GetAnnotationQueue").WithSummary("Get a queue with the counts of its items");
        routes.MapPatch("/v1/annotation_queues/{id}", ChangeAsync).WithName("UpdateAnnotationQueue").WithSummary("Rename a queue, or change its rubric or reservations");
        routes.MapDelete("/v1/annotation_queues/{id}", DeleteAsync).WithName("DeleteAnnotationQueue").WithSummary("Delete a queue with its items and answers");
    }

    private static async Task<IResult> CreateAsync(
        QueueRequest request, HttpContext http, DatasetsDbContext context, FeedbackMetrics metrics, TimeProvider time, CancellationToken cancellationToken)
    {
        var answers = request.Check();
        var project = http.Caller().ProjectId;
        if (request.DatasetId is { } dataset)
        {
            await context.FindDatasetAsync(project, dataset, cancellationToken);
        }

        await DeclareMetricAsync(request.Metric, answers, project, metrics, cancellationToken);
        var now = time.GetUtcNow();
        var queue = new AnnotationQueue
        {
            Id = RowIds.New(AnnotationQueue.IdPrefix, now),
            ProjectId = project,
            Name = request.Name!,
            Rubric = request.Rubric,
            Mode = request.Mode ?? AnnotationQueue.Single,
            ReturnType = answers.ToJson(),
            ReviewersPerItem = request.ReviewersPerItem ?? QueueRequest.DefaultReviewers,
            ReservationMinutes = request.ReservationMinutes ?? QueueRequest.DefaultMinutes,
            Metric = request.Metric,
            DatasetId = request.DatasetId,
            CreatedAtMicros = UnixMicros.Of(now),
        };
        context.AnnotationQueues.Add(queue);
        await context.SaveChangesAsync(cancellationToken);
        return Show(QueueView.Of(queue, new QueueCounts(0, 0, 0, 0)));
    }

    private static async Task<IResult> ListAsync(HttpContext http, DatasetsDbContext context, CancellationToken cancellationToken)
    {
        var page = PageQuery.Read(http.Request.Query, descendingByDefault: true);
        var queues = await context.QueuesOf(http.Caller().ProjectId).PageAsync(rows => rows, page, queue => queue, cancellationToken);
        var counts = await CountAsync(context, [.. queues.Data.Select(queue => queue.Id)], cancellationToken);
        return TypedResults.Json(
            queues.Select(queue => QueueView.Of(queue, counts(queue.Id))), DatasetsJsonContext.Default.ListPageQueueView);
    }

    private static async Task<IResult> GetAsync(string id, HttpContext http, DatasetsDbContext context, CancellationToken cancellationToken) =>
        await ShowAsync(await context.FindQueueAsync(http.Caller().ProjectId, id, cancellationToken), context, cancellationToken);

    private static async Task<IResult> ChangeAsync(
        string id, QueueChange change, HttpContext http, DatasetsDbContext context, CancellationToken cancellationToken)
    {
        change.Check();
        var queue = await context.FindQueueAsync(http.Caller().ProjectId, id, cancellationToken);
        context.AnnotationQueues.Attach(queue);
        queue.Name = change.Name ?? queue.Name;
        queue.Rubric = change.Rubric ?? queue.Rubric;
        queue.ReservationMinutes = change.ReservationMinutes ?? queue.ReservationMinutes;
        await context.SaveChangesAsync(cancellationToken);
        return await ShowAsync(queue, context, cancellationToken);
    }

    private static async Task<IResult> DeleteAsync(string id, HttpContext http, DatasetsDbContext context, CancellationToken cancellationToken)
    {
        var queue = await context.FindQueueAsync(http.Caller().ProjectId, id, cancellationToken);
        await context.AnnotationQueues.Where(row => row.Id == queue.Id).ExecuteDeleteAsync(cancellationToken);
        return TypedResults.Json(new DeletedObject(queue.Id, "annotation_queue.deleted"), DatasetsJsonContext.Default.DeletedObject);
    }

    private static async Task DeclareMetricAsync(
        string? name, AnswerType answers, string project, FeedbackMetrics metrics, CancellationToken cancellationToken)
    {
        if (name is null)
        {
            return;
        }

        FeedbackRequest.CheckMetric(name, "metric");
        var declared = await metrics.FindAsync(project, name, cancellationToken);
        var type = declared?.Type ?? FeedbackType.OfName(name) ?? answers.FeedbackTypes[0];
        if (!answers.FeedbackTypes.Contains(type))
        {
            throw new ApiException(ApiErrors.BadRequest(
                $"Invalid 'metric': '{name}' is of type {type}, and answers of type {answers.Type} land in a {string.Join(" or ", answers.FeedbackTypes)}. Use another metric.", "metric"));
        }

        CheckDeclared(declared, answers);
        if (declared is null)
        {
            await metrics.MakeAsync(project, name, type, cancellationToken);
        }
    }

    /// <summary>Else a reviewer's answer would be refused when it is given.</summary>
    private static void CheckDeclared(FeedbackMetric? metric, AnswerType answers)
    {
        if (metric?.Level == FeedbackLevel.Episode)
        {
            throw new ApiException(ApiErrors.BadRequest($"Invalid 'metric': '{metric.Name}' is said of episodes, and labels are said of calls. Use another metric.", "metric"));
        }

        if (metric?.ReadOptions() is { } options && answers.Options!.Except(options).FirstOrDefault() is { } stray)
        {
            throw new ApiException(ApiErrors.BadRequest($"Invalid 'metric': '{metric.Name}' has no option '{stray}'. Declare it with the queue's options, or use another metric.", "metric"));
        }
    }

    private static async Task<IResult> ShowAsync(AnnotationQueue queue, DatasetsDbContext context, CancellationToken cancellationToken) =>
        Show(QueueView.Of(queue, (await CountAsync(context, [queue.Id], cancellationToken))(queue.Id)));

    private static async Task<Func<string, QueueCounts>> CountAsync(DatasetsDbContext context, string[] queues, CancellationToken cancellationToken)
    {
        var counts = await context.AnnotationItems.Where(item => queues.Contains(item.QueueId)).GroupBy(item => new { item.QueueId, item.Status })
            .Select(group => new { group.Key.QueueId, group.Key.Status, Count = group.Count() }).ToListAsync(cancellationToken);
        return queue =>
        {
            var (pending, disagreement, resolved) = (Of(AnnotationStatus.Pending), Of(AnnotationStatus.Disagreement), Of(AnnotationStatus.Resolved));
            return new QueueCounts(pending + disagreement + resolved, pending, disagreement, resolved);

            int Of(string status) => counts.FirstOrDefault(count => count.QueueId == queue && count.Status == status)?.Count ?? 0;
        };
    }

    private static JsonHttpResult<QueueView> Show(QueueView view) => TypedResults.Json(view, DatasetsJsonContext.Default.QueueView);
}
