using System.Globalization;
using LlmGateway.OpenAI;
using LlmGateway.Retrieval.Storage;
using LlmGateway.Service;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Retrieval.Evaluations;

/// <summary>Ours: how well a store is searched, by judged queries.</summary>
internal static class EvaluationEndpoints
{
    private const string Path = "/v1/retrieval/evaluations";

    /// <summary>8 MB: the judged queries may stand in the request.</summary>
    private const int MaxBodyBytes = 8 << 20;

    public static void MapRetrievalEvaluations(this IEndpointRouteBuilder routes)
    {
        routes.MapPost(Path, CreateAsync).WithName("CreateRetrievalEvaluation").WithSummary("Find out how well a vector store is searched, and what tuning is worth")
            .WithMetadata(new RequestSizeLimitAttribute(MaxBodyBytes));
        routes.MapGet(Path, ListAsync).WithName("ListRetrievalEvaluations").WithSummary("List retrieval evaluations");
        routes.MapGet(Path + "/{id}", GetAsync).WithName("GetRetrievalEvaluation").WithSummary("Get a retrieval evaluation");
        routes.MapGet(Path + "/{id}/queries", ListQueriesAsync).WithName("ListRetrievalEvaluationQueries").WithSummary("List an evaluation's queries with what each search brought");
        routes.MapPost(Path + "/{id}/cancel", CancelAsync).WithName("CancelRetrievalEvaluation").WithSummary("Cancel a retrieval evaluation");
        routes.MapDelete(Path + "/{id}", DeleteAsync).WithName("DeleteRetrievalEvaluation").WithSummary("Delete a retrieval evaluation");
    }

    private static async Task<IResult> CreateAsync(EvaluationRequest request, HttpContext http, EvaluationCreation creation, CancellationToken cancellationToken) =>
        Show(await creation.CreateAsync(request, http.Caller(), cancellationToken), StatusCodes.Status201Created);

    private static async Task<IResult> ListAsync(HttpContext http, RetrievalDbContext context, CancellationToken cancellationToken)
    {
        var page = PageQuery.Read(http.Request.Query, descendingByDefault: true);
        var rows = context.EvaluationsOf(http.Caller().ProjectId);
        if (http.Request.Query["vector_store_id"].ToString() is { Length: > 0 } store)
        {
            rows = rows.Where(row => row.VectorStoreId == store);
        }

        var cursor = page.Cursor is null ? null : await rows.SingleOrDefaultAsync(row => row.Id == page.Cursor, cancellationToken)
            ?? throw page.UnknownCursor("evaluation");
        var found = await rows.Page(page, nameof(RetrievalEvaluation.CreatedAtMicros), cursor is null ? null : (cursor.CreatedAtMicros, cursor.Id)).ToListAsync(cancellationToken);
        return TypedResults.Json(
            found.ToPage(page, row => EvaluationView.Of(row, withResult: false), row => row.Id), EvaluationJsonContext.Default.ListPageEvaluationView);
    }

    private static async Task<IResult> GetAsync(string id, HttpContext http, RetrievalDbContext context, CancellationToken cancellationToken) =>
        Show(await context.FindEvaluationAsync(http.Caller().ProjectId, id, cancellationToken), StatusCodes.Status200OK);

    private static async Task<IResult> ListQueriesAsync(string id, HttpContext http, RetrievalDbContext context, CancellationToken cancellationToken)
    {
        var page = PageQuery.Read(http.Request.Query, descendingByDefault: false);
        var evaluation = await context.FindEvaluationAsync(http.Caller().ProjectId, id, cancellationToken);
        var plan = EvaluationPlan.Parse(evaluation.Plan);
        var rows = context.Set<EvaluationQuery>().AsNoTracking().Where(row => row.EvaluationId == evaluation.Id);
        if (page.After is { } cursor)
        {
            var after = int.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out var place)
                ? place : throw new ApiException(ApiErrors.BadRequest("Invalid 'after': expected the id of a query of this evaluation.", "after"));
            rows = rows.Where(row => page.Descending ? row.Index < after : row.Index > after);
        }

        rows = page.Descending ? rows.OrderByDescending(row => row.Index) : rows.OrderBy(row => row.Index);
        var found = await rows.Take(page.Limit + 1).ToListAsync(cancellationToken);
        return TypedResults.Json(
            found.ToPage(page.Limit, row => EvaluationQueryView.Of(row, plan), CursorOf), EvaluationJsonContext.Default.ListPageEvaluationQueryView);
    }

    /// <summary>The fence moves on with the status: a worker that holds it writes nothing more.</summary>
    private static async Task<IResult> CancelAsync(string id, HttpContext http, RetrievalDbContext context, CancellationToken cancellationToken)
    {
        await context.FindEvaluationAsync(http.Caller().ProjectId, id, cancellationToken);
        var changed = await context.Set<RetrievalEvaluation>().Where(row => row.Id == id && WorkStatus.Open.Contains(row.Status)).ExecuteUpdateAsync(
            set => set.SetProperty(row => row.Status, WorkStatus.Cancelled).SetProperty(row => row.Fence, row => row.Fence + 1), cancellationToken);
        return changed == 0
            ? throw new ApiException(ApiErrors.BadRequest($"The evaluation '{id}' has ended already; only one that is queued or in progress can be cancelled.", "evaluation_id"))
            : await GetAsync(id, http, context, cancellationToken);
    }

    private static async Task<IResult> DeleteAsync(string id, HttpContext http, RetrievalDbContext context, CancellationToken cancellationToken)
    {
        await context.FindEvaluationAsync(http.Caller().ProjectId, id, cancellationToken);
        await context.Set<RetrievalEvaluation>().Where(row => row.Id == id).ExecuteDeleteAsync(cancellationToken);
        return TypedResults.Json(new DeletedObject(id, "retrieval.evaluation.deleted"), EvaluationJsonContext.Default.DeletedObject);
    }

    public static string CursorOf(EvaluationQuery row) => row.Index.ToString(CultureInfo.InvariantCulture);

    private static JsonHttpResult<EvaluationView> Show(RetrievalEvaluation row, int status) =>
        TypedResults.Json(EvaluationView.Of(row, withResult: true), EvaluationJsonContext.Default.EvaluationView, statusCode: status);
}
