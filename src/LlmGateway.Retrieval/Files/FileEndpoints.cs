using LlmGateway.OpenAI;
using LlmGateway.Retrieval.Storage;
using LlmGateway.Retrieval.VectorStores;
using LlmGateway.Service;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Retrieval.Files;

/// <summary>OpenAI's files of vector stores.</summary>
internal static class FileEndpoints
{
    private const string Path = "/v1/vector_stores/{id}/files";

    public static void MapVectorStoreFiles(this IEndpointRouteBuilder routes)
    {
        routes.MapPost(Path, AddAsync).WithName("CreateVectorStoreFile").WithSummary("Bring a file into a store");
        routes.MapGet(Path, ListAsync).WithName("ListVectorStoreFiles").WithSummary("List a store's files");
        routes.MapGet(Path + "/{fileId}", GetAsync).WithName("GetVectorStoreFile").WithSummary("Get a store's file");
        routes.MapPost(Path + "/{fileId}", ChangeAsync).WithName("UpdateVectorStoreFileAttributes").WithSummary("Change a file's attributes");
        routes.MapDelete(Path + "/{fileId}", DeleteAsync).WithName("DeleteVectorStoreFile").WithSummary("Take a file out of a store; the file itself stays");
        routes.MapGet(Path + "/{fileId}/content", ReadAsync).WithName("RetrieveVectorStoreFileContent").WithSummary("The text that was read out of a file");
    }

    private static async Task<IResult> AddAsync(
        string id, AddFileRequest request, HttpContext http, RetrievalDbContext context, FileIntake intake, TimeProvider time, CancellationToken cancellationToken)
    {
        var file = request.Read();
        var store = await context.FindLiveStoreAsync(http.Caller().ProjectId, id, time, cancellationToken);
        return Show((await intake.BringAsync(http.Caller(), store, null, [file], cancellationToken))[0]);
    }

    private static async Task<IResult> ListAsync(string id, HttpContext http, RetrievalDbContext context, CancellationToken cancellationToken)
    {
        var store = await context.FindStoreAsync(http.Caller().ProjectId, id, cancellationToken);
        return await PageAsync(http, context.Files.Where(file => file.VectorStoreId == store.Id), cancellationToken);
    }

    /// <summary>A page of files, of a store or of a batch.</summary>
    internal static async Task<IResult> PageAsync(HttpContext http, IQueryable<VectorStoreFile> files, CancellationToken cancellationToken)
    {
        var page = PageQuery.Read(http.Request.Query, descendingByDefault: true);
        var cursor = page.Cursor is null ? null : await files.AsNoTracking().SingleOrDefaultAsync(file => file.FileId == page.Cursor, cancellationToken)
            ?? throw page.UnknownCursor("file");
        var status = http.Request.Query["filter"].ToString();
        if (status.Length > 0)
        {
            files = FileStatus.All.Contains(status)
                ? files.Where(file => file.Status == status)
                : throw new ApiException(ApiErrors.BadRequest($"Invalid 'filter': expected one of {string.Join(", ", FileStatus.All)}.", "filter"));
        }

        var rows = await files.AsNoTracking()
            .Page(page, nameof(VectorStoreFile.CreatedAtMicros), cursor is null ? null : (cursor.CreatedAtMicros, cursor.Id)).ToListAsync(cancellationToken);
        return TypedResults.Json(rows.ToPage(page, FileView.Of, row => row.FileId), RetrievalJsonContext.Default.ListPageFileView);
    }

    private static async Task<IResult> GetAsync(string id, string fileId, HttpContext http, RetrievalDbContext context, CancellationToken cancellationToken) =>
        Show(await FindAsync(context, http, id, fileId, cancellationToken));

    private static async Task<IResult> ChangeAsync(
        string id, string fileId, UpdateAttributesRequest request, HttpContext http, RetrievalDbContext context, CancellationToken cancellationToken)
    {
        var attributes = Attributes.ToJson(request.Attributes, "attributes");
        var row = await FindAsync(context, http, id, fileId, cancellationToken);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        await context.Files.Where(file => file.Id == row.Id).ExecuteUpdateAsync(set => set.SetProperty(file => file.Attributes, attributes), cancellationToken);
        await context.RaiseVersionAsync(row.VectorStoreId, row.Id, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        row.Attributes = attributes;
        return Show(row);
    }

    private static async Task<IResult> DeleteAsync(string id, string fileId, HttpContext http, RetrievalDbContext context, CancellationToken cancellationToken)
    {
        var row = await FindAsync(context, http, id, fileId, cancellationToken);
        await context.DeleteFileAsync(row.VectorStoreId, row.Id, cancellationToken);
        return TypedResults.Json(new DeletedObject(fileId, "vector_store.file.deleted"), RetrievalJsonContext.Default.DeletedObject);
    }

    private static async Task<IResult> ReadAsync(string id, string fileId, HttpContext http, RetrievalDbContext context, CancellationToken cancellationToken)
    {
        var row = await FindAsync(context, http, id, fileId, cancellationToken);
        var text = await context.DocumentTexts.AsNoTracking().SingleOrDefaultAsync(text => text.FileRowId == row.Id, cancellationToken);
        return TypedResults.Json(
            new FileContentView(text is null ? [] : [new TextContent(text.Text)]), RetrievalJsonContext.Default.FileContentView);
    }

    private static async Task<VectorStoreFile> FindAsync(
        RetrievalDbContext context, HttpContext http, string id, string fileId, CancellationToken cancellationToken)
    {
        var store = await context.FindStoreAsync(http.Caller().ProjectId, id, cancellationToken);
        return await context.Files.AsNoTracking().SingleOrDefaultAsync(file => file.VectorStoreId == store.Id && file.FileId == fileId, cancellationToken)
            ?? throw new ApiException(ApiErrors.NotFound($"No file found with id '{fileId}' in vector store '{id}'.", "file_id"));
    }

    private static JsonHttpResult<FileView> Show(VectorStoreFile row) => TypedResults.Json(FileView.Of(row), RetrievalJsonContext.Default.FileView);
}
