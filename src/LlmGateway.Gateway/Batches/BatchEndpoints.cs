using LlmGateway.Gateway.Storage;
using LlmGateway.Service;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Gateway.Batches;

/// <summary>OpenAI's batches, executed by ourselves.</summary>
internal static class BatchEndpoints
{
    public static void MapBatches(this IEndpointRouteBuilder endpoints)
    {
        var batches = endpoints.MapGroup("/v1/batches").WithTags("Batches").RequireAuthorization(Policies.Inference);
        batches.MapPost("", CreateAsync).WithName("gateway.batches.create").WithSummary("Make the requests of a file, within a day.");
        batches.MapGet("", ListAsync).WithName("gateway.batches.list").WithSummary("List batches.");
        batches.MapGet("/{id}", GetAsync).WithName("gateway.batches.get").WithSummary("Get a batch.");
        batches.MapPost("/{id}/cancel", CancelAsync).WithName("gateway.batches.cancel").WithSummary("Stop a batch; what it has done is written out.");
    }

    private static async Task<IResult> CreateAsync(
        CreateBatchRequest request, HttpContext http, BatchIntake intake, BatchWorker worker, CancellationToken cancellationToken)
    {
        var batch = await intake.TakeAsync(request, http.Caller(), cancellationToken);
        worker.Wake();
        return Show(batch);
    }

    private static async Task<IResult> ListAsync(HttpContext http, GatewayDbContext context, CancellationToken cancellationToken)
    {
        var page = PageQuery.Read(http.Request.Query, descendingByDefault: true);
        var batches = BatchesOf(context, http);
        var cursor = page.Cursor is { } id
            ? await batches.SingleOrDefaultAsync(batch => batch.Id == id, cancellationToken) ?? throw page.UnknownCursor("batch")
            : null;
        var rows = await batches.Page(page, nameof(Batch.CreatedAt), cursor is null ? null : (cursor.CreatedAt, cursor.Id)).ToListAsync(cancellationToken);
        return TypedResults.Json(rows.ToPage(page, BatchResource.From, row => row.Id), BatchJsonContext.Default.ListPageBatchResource);
    }

    private static async Task<IResult> GetAsync(string id, HttpContext http, GatewayDbContext context, CancellationToken cancellationToken) =>
        Show(await FindAsync(id, http, context, cancellationToken));

    private static async Task<IResult> CancelAsync(
        string id, HttpContext http, GatewayDbContext context, TimeProvider time, CancellationToken cancellationToken)
    {
        string[] open = [BatchStage.Validating, BatchStage.InProgress];
        await BatchesOf(context, http).Where(batch => batch.Id == id && open.Contains(batch.Status)).ExecuteUpdateAsync(
            set => set.SetProperty(batch => batch.Status, BatchStage.Cancelling)
                .SetProperty(batch => batch.Ending, BatchEnding.Cancelled)
                .SetProperty(batch => batch.CancellingAt, time.NowMicros()),
            cancellationToken);
        var batch = await FindAsync(id, http, context, cancellationToken);
        return batch.Ending == BatchEnding.Cancelled
            ? Show(batch)
            : throw new ApiException(new ApiError(
                StatusCodes.Status409Conflict, "batch_not_cancellable", $"Batch '{id}' is {batch.ShownStatus}: there is nothing left to cancel.", "id"));
    }

    private static IQueryable<Batch> BatchesOf(GatewayDbContext context, HttpContext http) =>
        context.Batches.AsNoTracking().Where(batch => batch.ProjectId == http.Caller().ProjectId);

    private static async Task<Batch> FindAsync(string id, HttpContext http, GatewayDbContext context, CancellationToken cancellationToken) =>
        await BatchesOf(context, http).SingleOrDefaultAsync(batch => batch.Id == id, cancellationToken)
            ?? throw new ApiException(ApiErrors.NotFound($"There is no batch '{id}'.", "id"));

    private static JsonHttpResult<BatchResource> Show(Batch batch) => TypedResults.Json(BatchResource.From(batch), BatchJsonContext.Default.BatchResource);
}
