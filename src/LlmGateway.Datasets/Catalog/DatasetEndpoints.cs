using System.Text.Json;
using LlmGateway.Datasets.Storage;
using LlmGateway.Datasets.Versions;
using LlmGateway.Datasets.Versions.Uses;
using LlmGateway.OpenAI;
using LlmGateway.Service;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Datasets.Catalog;

/// <summary>Datasets by name; their content is in versions.</summary>
internal static class DatasetEndpoints
{
    public static void MapDatasetCatalog(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/datasets", CreateAsync).WithName("CreateDataset").WithSummary("Make a dataset");
        routes.MapGet("/v1/datasets", ListAsync).WithName("ListDatasets").WithSummary("List datasets");
        routes.MapGet("/v1/datasets/{id}", GetAsync).WithName("GetDataset").WithSummary("Get a dataset");
        routes.MapPatch("/v1/datasets/{id}", ChangeAsync).WithName("UpdateDataset").WithSummary("Rename, describe or archive a dataset");
        routes.MapDelete("/v1/datasets/{id}", DeleteAsync).WithName("DeleteDataset").WithSummary("Delete a dataset with all its versions");
    }

    private static async Task<IResult> CreateAsync(
        DatasetRequest request, HttpContext http, DatasetsDbContext context, TimeProvider time, CancellationToken cancellationToken)
    {
        request.Check(isNew: true);
        await request.CheckSchemasAsync(cancellationToken);
        var now = time.GetUtcNow();
        var dataset = new Dataset
        {
            Id = RowIds.New(Dataset.IdPrefix, now),
            ProjectId = http.Caller().ProjectId,
            Name = request.Name!,
            Description = request.Description,
            Metadata = ToJson(request.Metadata ?? []),
            InputSchema = DatasetRequest.Change(request.InputSchema, known: null),
            ReferenceSchema = DatasetRequest.Change(request.ReferenceSchema, known: null),
            CreatedAtMicros = UnixMicros.Of(now),
        };
        context.Datasets.Add(dataset);
        await context.SaveChangesAsync(cancellationToken);
        return Show(dataset, latest: null);
    }

    private static async Task<IResult> ListAsync(HttpContext http, DatasetsDbContext context, CancellationToken cancellationToken)
    {
        var page = PageQuery.Read(http.Request.Query, descendingByDefault: true);
        var archived = http.Request.Query["archived"].ToString() switch
        {
            "" or "false" => false,
            "true" => true,
            _ => throw new ApiException(ApiErrors.BadRequest("Invalid 'archived': expected 'true' or 'false'.", "archived")),
        };
        var rows = await context.DatasetsOf(http.Caller().ProjectId).AsNoTracking().PageAsync(
            rows => rows.Where(row => row.ArchivedAtMicros != null == archived), page, row => row, cancellationToken);
        var latest = await LatestAsync(context, rows.Data, cancellationToken);
        var list = rows.Select(row => DatasetView.Of(row, latest.GetValueOrDefault(row.Id)));
        return TypedResults.Json(list, DatasetsJsonContext.Default.ListPageDatasetView);
    }

    private static async Task<IResult> GetAsync(string id, HttpContext http, DatasetsDbContext context, CancellationToken cancellationToken) =>
        await ShowAsync(context, await context.FindDatasetAsync(http.Caller().ProjectId, id, cancellationToken), cancellationToken);

    private static async Task<IResult> ChangeAsync(
        string id, DatasetRequest request, HttpContext http, DatasetsDbContext context, TimeProvider time, CancellationToken cancellationToken)
    {
        request.Check(isNew: false);
        await request.CheckSchemasAsync(cancellationToken);
        var dataset = await context.FindDatasetAsync(http.Caller().ProjectId, id, cancellationToken);
        context.Datasets.Attach(dataset);
        dataset.Name = request.Name ?? dataset.Name;
        dataset.Description = request.Description ?? dataset.Description;
        dataset.Metadata = request.Metadata is { } metadata ? ToJson(metadata) : dataset.Metadata;
        dataset.InputSchema = DatasetRequest.Change(request.InputSchema, dataset.InputSchema);
        dataset.ReferenceSchema = DatasetRequest.Change(request.ReferenceSchema, dataset.ReferenceSchema);
        dataset.ArchivedAtMicros = request.Archived switch
        {
            true => dataset.ArchivedAtMicros ?? time.NowMicros(),
            false => null,
            null => dataset.ArchivedAtMicros,
        };
        await context.SaveChangesAsync(cancellationToken);
        return await ShowAsync(context, dataset, cancellationToken);
    }

    private static async Task<IResult> DeleteAsync(string id, HttpContext http, DatasetsDbContext context, CancellationToken cancellationToken)
    {
        var dataset = await context.FindDatasetAsync(http.Caller().ProjectId, id, cancellationToken);
        var versions = await context.DatasetVersions.Where(row => row.DatasetId == dataset.Id).Select(row => row.Id).ToListAsync(cancellationToken);
        await context.CheckUnusedAsync(versions, cancellationToken);
        // The dataset last: what is cut short can be asked for again.
        foreach (var version in versions)
        {
            await context.RetireVersionAsync(version, cancellationToken);
            await context.DeleteVersionAsync(version, cancellationToken);
        }

        await context.Datasets.Where(row => row.Id == dataset.Id).ExecuteDeleteAsync(cancellationToken);
        return TypedResults.Json(new DeletedObject(dataset.Id, "dataset.deleted"), DatasetsJsonContext.Default.DeletedObject);
    }

    private static async Task<IResult> ShowAsync(DatasetsDbContext context, Dataset dataset, CancellationToken cancellationToken) =>
        Show(dataset, (await LatestAsync(context, [dataset], cancellationToken)).GetValueOrDefault(dataset.Id));

    private static JsonHttpResult<DatasetView> Show(Dataset dataset, int? latest) => TypedResults.Json(DatasetView.Of(dataset, latest), DatasetsJsonContext.Default.DatasetView);

    /// <summary>The numbers of the latest versions by dataset. The counter of a dataset goes on when a version is deleted.</summary>
    private static async Task<Dictionary<string, int?>> LatestAsync(DatasetsDbContext context, IReadOnlyList<Dataset> datasets, CancellationToken cancellationToken)
    {
        var ids = datasets.Select(dataset => dataset.Id).ToArray();
        return await context.DatasetVersions.Where(version => ids.Contains(version.DatasetId) && version.Status == DatasetVersion.Completed)
            .GroupBy(version => version.DatasetId)
            .ToDictionaryAsync(versions => versions.Key, versions => versions.Max(version => version.Number), cancellationToken);
    }

    private static string ToJson(Dictionary<string, string> pairs) => JsonSerializer.Serialize(pairs, DatasetsJsonContext.Default.DictionaryStringString);
}
