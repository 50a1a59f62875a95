using LlmGateway.OpenAI;
using LlmGateway.Retrieval.Evaluations;
using LlmGateway.Retrieval.Storage;
using LlmGateway.Service;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Retrieval.Adapters;

/// <summary>Ours: embeddings that are adapted to a store's queries.</summary>
internal static class AdapterEndpoints
{
    private const string Path = "/v1/retrieval/adapters";

    /// <summary>8 MB: the pairs may stand in the request.</summary>
    private const int MaxBodyBytes = 8 << 20;

    public static void MapRetrievalAdapters(this IEndpointRouteBuilder routes)
    {
        routes.MapPost(Path, CreateAsync).WithName("CreateRetrievalAdapter").WithSummary("Train an adapter of queries' embeddings, and test whether it wins")
            .WithMetadata(new RequestSizeLimitAttribute(MaxBodyBytes));
        routes.MapGet(Path, ListAsync).WithName("ListRetrievalAdapters").WithSummary("List adapters");
        routes.MapGet(Path + "/{id}", GetAsync).WithName("GetRetrievalAdapter").WithSummary("Get an adapter");
        routes.MapPost(Path + "/{id}/cancel", CancelAsync).WithName("CancelRetrievalAdapter").WithSummary("Cancel an adapter's training");
        routes.MapDelete(Path + "/{id}", DeleteAsync).WithName("DeleteRetrievalAdapter").WithSummary("Delete an adapter");
    }

    private static async Task<IResult> CreateAsync(AdapterRequest request, HttpContext http, AdapterCreation creation, CancellationToken cancellationToken) =>
        Show(await creation.CreateAsync(request, http.Caller(), cancellationToken), StatusCodes.Status201Created);

    private static async Task<IResult> ListAsync(HttpContext http, AdapterLookup adapters, CancellationToken cancellationToken)
    {
        var page = PageQuery.Read(http.Request.Query, descendingByDefault: true);
        var rows = adapters.Of(http.Caller().ProjectId);
        if (http.Request.Query["vector_store_id"].ToString() is { Length: > 0 } store)
        {
            rows = rows.Where(row => row.VectorStoreId == store);
        }

        var cursor = page.Cursor is null ? null : await rows.SingleOrDefaultAsync(row => row.Id == page.Cursor, cancellationToken)
            ?? throw page.UnknownCursor("adapter");
        var found = await rows.Page(page, nameof(RetrievalAdapter.CreatedAtMicros), cursor is null ? null : (cursor.CreatedAtMicros, cursor.Id)).ToListAsync(cancellationToken);
        return TypedResults.Json(found.ToPage(page, AdapterView.Of, row => row.Id), AdapterJsonContext.Default.ListPageAdapterView);
    }

    private static async Task<IResult> GetAsync(string id, HttpContext http, AdapterLookup adapters, CancellationToken cancellationToken) =>
        Show(await adapters.FindAsync(http.Caller().ProjectId, id, cancellationToken), StatusCodes.Status200OK);

    /// <summary>The fence moves on with the status: a worker that holds it writes nothing more.</summary>
    private static async Task<IResult> CancelAsync(
        string id, HttpContext http, RetrievalDbContext context, AdapterLookup adapters, CancellationToken cancellationToken)
    {
        await adapters.FindAsync(http.Caller().ProjectId, id, cancellationToken);
        var changed = await context.Set<RetrievalAdapter>().Where(row => row.Id == id && WorkStatus.Open.Contains(row.Status)).ExecuteUpdateAsync(
            set => set.SetProperty(row => row.Status, WorkStatus.Cancelled).SetProperty(row => row.Fence, row => row.Fence + 1), cancellationToken);
        return changed == 0
            ? throw new ApiException(ApiErrors.BadRequest($"The adapter '{id}' has ended already; only one that is queued or in progress can be cancelled.", "adapter_id"))
            : await GetAsync(id, http, adapters, cancellationToken);
    }

    private static async Task<IResult> DeleteAsync(
        string id, HttpContext http, RetrievalDbContext context, AdapterLookup adapters, CancellationToken cancellationToken)
    {
        await adapters.FindAsync(http.Caller().ProjectId, id, cancellationToken);
        await context.Set<RetrievalAdapter>().Where(row => row.Id == id).ExecuteDeleteAsync(cancellationToken);
        return TypedResults.Json(new DeletedObject(id, "retrieval.adapter.deleted"), AdapterJsonContext.Default.DeletedObject);
    }

    private static JsonHttpResult<AdapterView> Show(RetrievalAdapter row, int status) =>
        TypedResults.Json(AdapterView.Of(row), AdapterJsonContext.Default.AdapterView, statusCode: status);
}
