using LlmGateway.Datasets.Inferences;
using LlmGateway.Datasets.Storage;
using LlmGateway.OpenAI;
using LlmGateway.Service;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Net.Http.Headers;

namespace LlmGateway.Datasets.Files;

/// <summary>OpenAI's files.</summary>
internal static class FileEndpoints
{
    /// <summary>OpenAI's, and its default.</summary>
    private const int MaxListed = 10_000;

    public static void MapFiles(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/files", UploadAsync).WithName("CreateFile").WithSummary("Upload a file")
            .WithMetadata(new RequestSizeLimitAttribute(FileUpload.MaxBodyBytes));
        routes.MapGet("/v1/files", ListAsync).WithName("ListFiles").WithSummary("List files");
        routes.MapGet("/v1/files/{id}", GetAsync).WithName("RetrieveFile").WithSummary("Get a file's description");
        routes.MapGet("/v1/files/{id}/content", DownloadAsync).WithName("DownloadFile").WithSummary("Get a file's content, or ranges of it");
        routes.MapDelete("/v1/files/{id}", DeleteAsync).WithName("DeleteFile").WithSummary("Delete a file");
    }

    private static async Task<IResult> UploadAsync(HttpContext http, FileUpload upload, CancellationToken cancellationToken) =>
        Show(await upload.TakeAsync(http.Request, http.Caller(), cancellationToken));

    private static async Task<IResult> ListAsync(HttpContext http, DatasetsDbContext context, TimeProvider time, CancellationToken cancellationToken)
    {
        var page = PageQuery.Read(http.Request.Query, descendingByDefault: true, MaxListed, MaxListed);
        var purpose = InferenceFilter.ReadText(http.Request.Query, "purpose");
        var files = await context.FilesOf(http.Caller().ProjectId, time.GetUtcNow()).PageAsync(
            rows => purpose is null ? rows : rows.Where(file => file.Purpose == purpose), page, file => file.ToWire(), cancellationToken);
        return TypedResults.Json(files, OpenAIJson.TypeInfo<ListPage<OpenAIFile>>());
    }

    private static async Task<IResult> GetAsync(string id, HttpContext http, DatasetsDbContext context, TimeProvider time, CancellationToken cancellationToken) =>
        Show(await context.FindFileAsync(http.Caller().ProjectId, id, time.GetUtcNow(), cancellationToken));

    private static async Task<IResult> DownloadAsync(
        string id, HttpContext http, DatasetsDbContext context, IFileStore store, TimeProvider time, CancellationToken cancellationToken)
    {
        var file = await context.FindFileAsync(http.Caller().ProjectId, id, time.GetUtcNow(), cancellationToken);
        return TypedResults.Stream(
            await store.OpenAsync(file.Id, file.Bytes, cancellationToken),
            "application/octet-stream",
            file.Filename,
            entityTag: new EntityTagHeaderValue($"\"{file.Sha256}\""),
            enableRangeProcessing: true);
    }

    private static async Task<IResult> DeleteAsync(
        string id, HttpContext http, DatasetsDbContext context, IFileStore store, TimeProvider time, CancellationToken cancellationToken)
    {
        var file = await context.FindFileAsync(http.Caller().ProjectId, id, time.GetUtcNow(), cancellationToken);
        await context.Files.Where(row => row.Id == file.Id).ExecuteDeleteAsync(cancellationToken);
        await store.DeleteAsync(file.Id, cancellationToken);
        return TypedResults.Json(new DeletedObject(file.Id, "file"), DatasetsJsonContext.Default.DeletedObject);
    }

    private static JsonHttpResult<OpenAIFile> Show(StoredFile file) => TypedResults.Json(file.ToWire(), OpenAIJson.TypeInfo<OpenAIFile>());
}
