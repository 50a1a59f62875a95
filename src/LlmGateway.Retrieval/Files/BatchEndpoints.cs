using LlmGateway.Retrieval.Storage;
using LlmGateway.Retrieval.VectorStores;
using LlmGateway.Service;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Retrieval.Files;

/// <summary>OpenAI's file batches of vector stores.</summary>
internal static class BatchEndpoints
{
    private const string Path = "/v1/vector_stores/{id}/file_batches";

    public static void MapFileBatches(this IEndpointRouteBuilder routes)
    {
        routes.MapPost(Path, AddAsync).WithName("CreateVectorStoreFileBatch").WithSummary("Bring files into a store together");
        routes.MapGet(Path + "/{batchId}", GetAsync).WithName("GetVectorStoreFileBatch").WithSummary("Get a batch");
        routes.MapPost(Path + "/{batchId}/cancel", CancelAsync).WithName("CancelVectorStoreFileBatch").WithSummary("Leave out the files that are not in yet");
        routes.MapGet(Path + "/{batchId}/files", ListAsync).WithName("ListFilesInVectorStoreBatch").WithSummary("List a batch's files");
    }

    private static async Task<IResult> AddAsync(
        string id, AddBatchRequest request, HttpContext http, RetrievalDbContext context, FileIntake intake, TimeProvider time, CancellationToken cancellationToken)
    {
        var files = request.Read();
        var store = await context.FindLiveStoreAsync(http.Caller().ProjectId, id, time, cancellationToken);
        var now = time.GetUtcNow();
        var batch = new FileBatch { Id = RowIds.New(FileBatch.IdPrefix, now), VectorStoreId = store.Id, CreatedAtMicros = UnixMicros.Of(now) };
        await intake.BringAsync(http.Caller(), store, batch, files, cancellationToken);
        return await ShowAsync(context, batch, cancellationToken);
    }

    private static async Task<IResult> GetAsync(string id, string batchId, HttpContext http, RetrievalDbContext context, CancellationToken cancellationToken) =>
        await ShowAsync(context, await FindAsync(context, http, id, batchId, cancellationToken), cancellationToken);

    private static async Task<IResult> CancelAsync(string id, string batchId, HttpContext http, RetrievalDbContext context, CancellationToken cancellationToken)
    {
        var batch = await FindAsync(context, http, id, batchId, cancellationToken);
        await using (var transaction = await context.Database.BeginTransactionAsync(cancellationToken))
        {
            // The fence moves on, so that a worker which is at one of them writes nothing more.
            await context.Files.Where(file => file.BatchId == batch.Id && file.Status == FileStatus.InProgress).ExecuteUpdateAsync(
                set => set.SetProperty(file => file.Status, FileStatus.Cancelled).SetProperty(file => file.Fence, file => file.Fence + 1), cancellationToken);
            var cancelled = await context.Files.Where(file => file.BatchId == batch.Id && file.Status == FileStatus.Cancelled).Select(file => file.Id).ToListAsync(cancellationToken);
            await context.DeleteContentAsync(cancelled, cancellationToken);
            await context.Batches.Where(row => row.Id == batch.Id).ExecuteUpdateAsync(set => set.SetProperty(row => row.IsCancelled, true), cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }

        batch.IsCancelled = true;
        return await ShowAsync(context, batch, cancellationToken);
    }

    private static async Task<IResult> ListAsync(string id, string batchId, HttpContext http, RetrievalDbContext context, CancellationToken cancellationToken)
    {
        var batch = await FindAsync(context, http, id, batchId, cancellationToken);
        return await FileEndpoints.PageAsync(http, context.Files.Where(file => file.BatchId == batch.Id), cancellationToken);
    }

    private static async Task<FileBatch> FindAsync(RetrievalDbContext context, HttpContext http, string id, string batchId, CancellationToken cancellationToken)
    {
        var store = await context.FindStoreAsync(http.Caller().ProjectId, id, cancellationToken);
        return await context.Batches.AsNoTracking().SingleOrDefaultAsync(batch => batch.VectorStoreId == store.Id && batch.Id == batchId, cancellationToken)
            ?? throw new ApiException(ApiErrors.NotFound($"No file batch found with id '{batchId}' in vector store '{id}'.", "batch_id"));
    }

    private static async Task<JsonHttpResult<BatchView>> ShowAsync(RetrievalDbContext context, FileBatch batch, CancellationToken cancellationToken)
    {
        var counts = await FileCounts.ByAsync(context.Files.Where(file => file.BatchId == batch.Id), file => file.BatchId!, cancellationToken);
        return TypedResults.Json(BatchView.Of(batch, counts.GetValueOrDefault(batch.Id, (FileCounts.None, 0)).Item1), RetrievalJsonContext.Default.BatchView);
    }
}
