using LlmGateway.OpenAI;
using LlmGateway.Retrieval.Storage;
using LlmGateway.Service;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Retrieval.Routing;

/// <summary>Ours: routers of queries to vector stores, structured sources, or to no retrieval.</summary>
internal static class RouterEndpoints
{
    /// <summary>8 MB: the examples stand in the request.</summary>
    private const int MaxBodyBytes = 8 << 20;

    public static void MapRetrievalRouters(this IEndpointRouteBuilder routes)
    {
        var routers = routes.MapGroup("/v1/retrieval/routers").WithMetadata(new RequestSizeLimitAttribute(MaxBodyBytes));
        routers.MapPost("", CreateAsync).WithName("CreateRetrievalRouter").WithSummary("Train a router of queries, or have it ask a model, and test it");
        routers.MapGet("", ListAsync).WithName("ListRetrievalRouters").WithSummary("List routers");
        routers.MapGet("/{id}", GetAsync).WithName("GetRetrievalRouter").WithSummary("Get a router with its routes and how often it is right");
        routers.MapPost("/{id}/route", RouteAsync).WithName("RouteQuery").WithSummary("Say where to look for a query's answer");
        routers.MapPost("/{id}/evaluate", EvaluateAsync).WithName("EvaluateRetrievalRouter").WithSummary("Test a router on other labelled queries");
        routers.MapDelete("/{id}", DeleteAsync).WithName("DeleteRetrievalRouter").WithSummary("Delete a router; what it leads to stays");
    }

    private static async Task<IResult> CreateAsync(RouterRequest request, HttpContext http, RouterCreation creation, CancellationToken cancellationToken) =>
        Show(await creation.CreateAsync(request, http.Caller(), cancellationToken), StatusCodes.Status201Created);

    private static async Task<IResult> ListAsync(HttpContext http, RetrievalDbContext context, CancellationToken cancellationToken)
    {
        var page = PageQuery.Read(http.Request.Query, descendingByDefault: true);
        var rows = context.RoutersOf(http.Caller().ProjectId);
        var cursor = page.Cursor is null ? null : await rows.SingleOrDefaultAsync(row => row.Id == page.Cursor, cancellationToken)
            ?? throw page.UnknownCursor("router");
        var found = await rows.Page(page, nameof(RetrievalRouter.CreatedAtMicros), cursor is null ? null : (cursor.CreatedAtMicros, cursor.Id)).ToListAsync(cancellationToken);
        return TypedResults.Json(found.ToPage(page, RouterView.Of, row => row.Id), RouterJsonContext.Default.ListPageRouterView);
    }

    private static async Task<IResult> GetAsync(string id, HttpContext http, RetrievalDbContext context, CancellationToken cancellationToken) =>
        Show(await context.FindRouterAsync(http.Caller().ProjectId, id, cancellationToken), StatusCodes.Status200OK);

    private static async Task<IResult> RouteAsync(
        string id, RouteRequest request, HttpContext http, RetrievalDbContext context, QueryRouting routing, CancellationToken cancellationToken)
    {
        var query = request.Read();
        var router = await context.FindRouterAsync(http.Caller().ProjectId, id, cancellationToken);
        return TypedResults.Json(await routing.RouteAsync(http.Caller(), router, query, cancellationToken), RouterJsonContext.Default.RouteView);
    }

    private static async Task<IResult> EvaluateAsync(
        string id, EvaluateRouterRequest request, HttpContext http, RetrievalDbContext context, QueryRouting routing, CancellationToken cancellationToken)
    {
        var router = await context.FindRouterAsync(http.Caller().ProjectId, id, cancellationToken);
        var report = await routing.EvaluateAsync(http.Caller(), router, request.Read(router), cancellationToken);
        return TypedResults.Json(new RouterEvaluation(id, report), RouterJsonContext.Default.RouterEvaluation);
    }

    private static async Task<IResult> DeleteAsync(string id, HttpContext http, RetrievalDbContext context, CancellationToken cancellationToken)
    {
        var deleted = await context.RoutersOf(http.Caller().ProjectId).Where(row => row.Id == id).ExecuteDeleteAsync(cancellationToken);
        return deleted == 0
            ? throw RouterLookup.NotFound(id)
            : TypedResults.Json(new DeletedObject(id, "retrieval.router.deleted"), RouterJsonContext.Default.DeletedObject);
    }

    private static JsonHttpResult<RouterView> Show(RetrievalRouter row, int status) =>
        TypedResults.Json(RouterView.Of(row), RouterJsonContext.Default.RouterView, statusCode: status);
}
