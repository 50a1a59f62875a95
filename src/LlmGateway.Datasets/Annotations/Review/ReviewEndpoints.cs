using LlmGateway.Datasets.Annotations.Items;
using LlmGateway.Datasets.Storage;
using LlmGateway.Service;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace LlmGateway.Datasets.Annotations.Review;

/// <summary>What reviewers and adjudicators do.</summary>
internal static class ReviewEndpoints
{
    public static void MapAnnotationReview(this IEndpointRouteBuilder routes)
    {
        var queue = routes.MapGroup("/v1/annotation_queues/{id}");
        queue.MapPost("/next", NextAsync).WithName("NextAnnotationItem").WithSummary("Reserve the next item for a reviewer");
        queue.MapPost("/items/{item}/submit", SubmitAsync).WithName("SubmitAnnotation").WithSummary("Answer a reserved item");
        queue.MapPost("/items/{item}/skip", SkipAsync).WithName("SkipAnnotationItem").WithSummary("Give a reserved item back");
        queue.MapPost("/items/{item}/adjudicate", AdjudicateAsync).WithName("AdjudicateAnnotationItem").WithSummary("Decide a disagreement");
    }

    private static async Task<IResult> NextAsync(
        string id, ReviewRequest request, HttpContext http, DatasetsDbContext context, Reservations reservations, CancellationToken cancellationToken)
    {
        var reviewer = request.Check(http.Caller());
        var queue = await context.FindQueueAsync(http.Caller().ProjectId, id, cancellationToken);
        var next = await reservations.NextAsync(queue, reviewer, cancellationToken);
        return TypedResults.Json(
            new NextItem(
                queue.Id,
                reviewer,
                next is { } found ? AnnotationItemView.Of(found.Item) : null,
                next is { } reserved ? UnixMicros.ToSeconds(reserved.Reservation.ReservedUntilMicros) : null),
            DatasetsJsonContext.Default.NextItem);
    }

    private static async Task<IResult> SubmitAsync(
        string id, string item, ReviewRequest request, HttpContext http, DatasetsDbContext context, ReviewDesk desk, CancellationToken cancellationToken)
    {
        var reviewer = request.Check(http.Caller());
        var queue = await context.FindQueueAsync(http.Caller().ProjectId, id, cancellationToken);
        return Show(await desk.SubmitAsync(queue, item, reviewer, request.ReadValue(queue.Answers()), request.Comment, cancellationToken));
    }

    private static async Task<IResult> SkipAsync(
        string id, string item, ReviewRequest request, HttpContext http, DatasetsDbContext context, ReviewDesk desk, CancellationToken cancellationToken)
    {
        var reviewer = request.Check(http.Caller());
        var queue = await context.FindQueueAsync(http.Caller().ProjectId, id, cancellationToken);
        return Show(await desk.SkipAsync(queue, item, reviewer, request.Comment, cancellationToken));
    }

    private static async Task<IResult> AdjudicateAsync(
        string id, string item, ReviewRequest request, HttpContext http, DatasetsDbContext context, ReviewDesk desk, CancellationToken cancellationToken)
    {
        var adjudicator = request.Check(http.Caller());
        var queue = await context.FindQueueAsync(http.Caller().ProjectId, id, cancellationToken);
        return Show(await desk.AdjudicateAsync(queue, item, adjudicator, request.ReadValue(queue.Answers()), request.Comment, cancellationToken));
    }

    private static JsonHttpResult<AnnotationItemView> Show(AnnotationItem item) => TypedResults.Json(AnnotationItemView.Of(item), DatasetsJsonContext.Default.AnnotationItemView);
}

/// <summary>What a reviewer is to answer.</summary>
/// <param name="QueueId">The queue.</param>
/// <param name="Reviewer">For whom the item is kept.</param>
/// <param name="Item">Null if there is nothing for the reviewer at present.</param>
/// <param name="ReservedUntil">Unix seconds.</param>
internal sealed record NextItem(string QueueId, string Reviewer, AnnotationItemView? Item, long? ReservedUntil)
{
    public string Object { get; } = "annotation_queue.next";
}
