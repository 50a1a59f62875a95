using LlmGateway.OpenAI;
using LlmGateway.Retrieval.Chunking;
using LlmGateway.Retrieval.Files;
using LlmGateway.Retrieval.Storage;
using LlmGateway.Service;
using LlmGateway.Text.Search;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace LlmGateway.Retrieval.VectorStores;

/// <summary>OpenAI's vector stores.</summary>
internal static class VectorStoreEndpoints
{
    public static void MapVectorStores(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/vector_stores", CreateAsync).WithName("CreateVectorStore").WithSummary("Make a vector store");
        routes.MapGet("/v1/vector_stores", ListAsync).WithName("ListVectorStores").WithSummary("List vector stores");
        routes.MapGet("/v1/vector_stores/{id}", GetAsync).WithName("GetVectorStore").WithSummary("Get a vector store");
        routes.MapPost("/v1/vector_stores/{id}", ChangeAsync).WithName("ModifyVectorStore").WithSummary("Rename a vector store, change its metadata or expiry");
        routes.MapDelete("/v1/vector_stores/{id}", DeleteAsync).WithName("DeleteVectorStore").WithSummary("Delete a vector store; its files stay");
    }

    private static async Task<IResult> CreateAsync(
        CreateVectorStoreRequest request, HttpContext http, RetrievalDbContext context, FileIntake intake, IOptions<RetrievalOptions> options,
        TimeProvider time, CancellationToken cancellationToken)
    {
        request.Check();
        var chunking = ChunkingStrategy.Read(request.ChunkingStrategy);
        var now = time.GetUtcNow();
        var store = new VectorStore
        {
            Id = RowIds.New(VectorStore.IdPrefix, now),
            ProjectId = http.Caller().ProjectId,
            Name = request.Name,
            Description = request.Description,
            Metadata = Attributes.ToJson(request.Metadata, "metadata", textsOnly: true),
            ExpiresAfterDays = request.ExpiresAfter?.Days,
            CreatedAtMicros = UnixMicros.Of(now),
            LastActiveAtMicros = UnixMicros.Of(now),
            EmbeddingModel = request.EmbeddingModel ?? options.Value.EmbeddingModel,
            Language = request.Language ?? SearchLanguage.English.Name,
        };
        context.VectorStores.Add(store);
        intake.Add(http.Caller(), store.Id, null, [.. (request.FileIds ?? []).Distinct().Select(file => new NewFile(AddFileRequest.CheckId(file, "file_ids"), Attributes.None, chunking))]);
        await context.SaveChangesAsync(cancellationToken);
        await intake.AnnounceAsync(store);
        return await ShowAsync(context, store, time, cancellationToken);
    }

    private static async Task<IResult> ListAsync(HttpContext http, RetrievalDbContext context, TimeProvider time, CancellationToken cancellationToken)
    {
        var page = PageQuery.Read(http.Request.Query, descendingByDefault: true);
        var stores = context.StoresOf(http.Caller().ProjectId).AsNoTracking();
        var cursor = page.Cursor is null ? null : await stores.SingleOrDefaultAsync(row => row.Id == page.Cursor, cancellationToken)
            ?? throw page.UnknownCursor("vector store");
        var rows = await stores.Page(page, nameof(VectorStore.CreatedAtMicros), cursor is null ? null : (cursor.CreatedAtMicros, cursor.Id)).ToListAsync(cancellationToken);
        var ids = rows.Select(row => row.Id).ToList();
        var counts = await FileCounts.ByAsync(context.Files.Where(file => ids.Contains(file.VectorStoreId)), file => file.VectorStoreId, cancellationToken);
        return TypedResults.Json(
            rows.ToPage(page, row => View(row, counts, time), row => row.Id), RetrievalJsonContext.Default.ListPageVectorStoreView);
    }

    private static async Task<IResult> GetAsync(string id, HttpContext http, RetrievalDbContext context, TimeProvider time, CancellationToken cancellationToken) =>
        await ShowAsync(context, await context.FindStoreAsync(http.Caller().ProjectId, id, cancellationToken), time, cancellationToken);

    private static async Task<IResult> ChangeAsync(
        string id, UpdateVectorStoreRequest request, HttpContext http, RetrievalDbContext context, TimeProvider time, CancellationToken cancellationToken)
    {
        CreateVectorStoreRequest.CheckLength(request.Name, 256, "name");
        var store = await context.FindStoreAsync(http.Caller().ProjectId, id, cancellationToken);
        store.ExpiresAfterDays = request.ReadExpiryDays(store.ExpiresAfterDays);
        store.Name = request.Name ?? store.Name;
        store.Metadata = request.Metadata is null ? store.Metadata : Attributes.ToJson(request.Metadata, "metadata", textsOnly: true);
        store.LastActiveAtMicros = time.NowMicros();
        await context.SaveChangesAsync(cancellationToken);
        return await ShowAsync(context, store, time, cancellationToken);
    }

    private static async Task<IResult> DeleteAsync(string id, HttpContext http, RetrievalDbContext context, CancellationToken cancellationToken)
    {
        var store = await context.FindStoreAsync(http.Caller().ProjectId, id, cancellationToken);
        await context.DeleteStoreAsync(store.Id, cancellationToken);
        return TypedResults.Json(new DeletedObject(id, "vector_store.deleted"), RetrievalJsonContext.Default.DeletedObject);
    }

    private static async Task<JsonHttpResult<VectorStoreView>> ShowAsync(RetrievalDbContext context, VectorStore store, TimeProvider time, CancellationToken cancellationToken)
    {
        var counts = await FileCounts.ByAsync(context.Files.Where(file => file.VectorStoreId == store.Id), file => file.VectorStoreId, cancellationToken);
        return TypedResults.Json(View(store, counts, time), RetrievalJsonContext.Default.VectorStoreView);
    }

    private static VectorStoreView View(VectorStore store, Dictionary<string, (FileCounts Counts, long Bytes)> counts, TimeProvider time)
    {
        var (ofStore, bytes) = counts.GetValueOrDefault(store.Id, (FileCounts.None, 0));
        return VectorStoreView.Of(store, ofStore, bytes, time);
    }
}
