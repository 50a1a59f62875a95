using LlmGateway.Datasets.Storage;
using LlmGateway.Datasets.Versions.Sources;
using LlmGateway.Service;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace LlmGateway.Datasets.Annotations.Items;

/// <summary>What is in a queue.</summary>
internal static class ItemEndpoints
{
    public static void MapAnnotationItems(this IEndpointRouteBuilder routes)
    {
        var items = routes.MapGroup("/v1/annotation_queues/{id}/items");
        items.MapPost("", AddAsync).WithName("AddAnnotationItems").WithSummary("Put calls, an eval's items or items of the request into a queue")
            .WithMetadata(new RequestSizeLimitAttribute(ItemsRequest.MaxBodyBytes));
        items.MapGet("", ListAsync).WithName("ListAnnotationItems").WithSummary("List a queue's items");
        items.MapGet("/{item}", GetAsync).WithName("GetAnnotationItem").WithSummary("Get an item");
    }

    private static async Task<IResult> AddAsync(
        string id, ItemsRequest request, HttpContext http, DatasetsDbContext context, AnnotationSources sources, ItemIntake intake, CancellationToken cancellationToken)
    {
        var source = request.Source ?? throw new ApiException(ApiErrors.BadRequest("Missing required parameter: 'source'.", "source"));
        var queue = await context.FindQueueAsync(http.Caller().ProjectId, id, cancellationToken);
        var dropped = new DropCounts();
        var drafts = await sources.OpenAsync(queue, source, http.Caller(), dropped, cancellationToken);
        return TypedResults.Json(await intake.AddAsync(queue, drafts, dropped, cancellationToken), DatasetsJsonContext.Default.ItemsAdded);
    }

    private static async Task<IResult> ListAsync(string id, HttpContext http, DatasetsDbContext context, CancellationToken cancellationToken)
    {
        var page = PageQuery.Read(http.Request.Query, descendingByDefault: false);
        var status = ReadOneOf(http.Request.Query, "status", AnnotationStatus.All);
        var queue = await context.FindQueueAsync(http.Caller().ProjectId, id, cancellationToken);
        var list = await context.ItemsOf(queue).PageAsync(
            rows => status is null ? rows : rows.Where(row => row.Status == status), page, AnnotationItemView.Of, cancellationToken);
        return TypedResults.Json(list, DatasetsJsonContext.Default.ListPageAnnotationItemView);
    }

    private static async Task<IResult> GetAsync(string id, string item, HttpContext http, DatasetsDbContext context, CancellationToken cancellationToken)
    {
        var queue = await context.FindQueueAsync(http.Caller().ProjectId, id, cancellationToken);
        var found = await context.FindItemAsync(queue, item, cancellationToken);
        return TypedResults.Json(AnnotationItemView.Of(found), DatasetsJsonContext.Default.AnnotationItemView);
    }

    /// <summary>One of a few words; null if the query has none.</summary>
    /// <exception cref="ApiException">It is another (400).</exception>
    public static string? ReadOneOf(IQueryCollection query, string name, IReadOnlyList<string> choices) => query[name].ToString() switch
    {
        "" => null,
        var text when choices.Contains(text) => text,
        _ => throw new ApiException(ApiErrors.BadRequest($"Invalid '{name}': expected one of {string.Join(", ", choices)}.", name)),
    };
}
