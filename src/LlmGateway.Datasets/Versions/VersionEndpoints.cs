using LlmGateway.Datasets.Catalog;
using LlmGateway.Datasets.Inferences;
using LlmGateway.Datasets.Storage;
using LlmGateway.Datasets.Versions.Exports;
using LlmGateway.Datasets.Versions.FromInferences;
using LlmGateway.Datasets.Versions.Uses;
using LlmGateway.OpenAI;
using LlmGateway.Service;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Datasets.Versions;

/// <summary>Versions of a dataset and what is in them.</summary>
internal static class VersionEndpoints
{
    public static void MapDatasetVersions(this IEndpointRouteBuilder routes)
    {
        var versions = routes.MapGroup("/v1/datasets/{id}/versions");
        versions.MapPost("", CreateAsync).WithName("CreateDatasetVersion").WithSummary("Make a version from a file or from logged calls")
            .WithMetadata(new RequestSizeLimitAttribute(VersionRequest.MaxBodyBytes));
        versions.MapGet("", ListAsync).WithName("ListDatasetVersions").WithSummary("List a dataset's versions");
        versions.MapGet("/{version}", GetAsync).WithName("GetDatasetVersion").WithSummary("Get a version by its number, its id, 'latest' or 'as_of:<time>'");
        versions.MapGet("/{version}/items", ListItemsAsync).WithName("ListDatasetItems").WithSummary("List a version's items");
        versions.MapExports();
        versions.MapDelete("/{version}", DeleteAsync).WithName("DeleteDatasetVersion").WithSummary("Delete a version that no run and no job uses");
        routes.MapFromInferences();
        routes.MapGet("/v1/datasets/{id}/diff", DiffAsync).WithName("DiffDatasetVersions").WithSummary("Compare two versions");
    }

    public static async Task<IResult> CreateAsync(
        string id, VersionRequest request, HttpContext http, DatasetsDbContext context, VersionSources sources, VersionBuilder builder,
        CancellationToken cancellationToken)
    {
        request.Check();
        var project = http.Caller().ProjectId;
        var dataset = await context.FindDatasetAsync(project, id, cancellationToken);
        if (dataset.ArchivedAtMicros is not null)
        {
            return ApiErrors.BadRequest($"Dataset '{id}' is archived: set 'archived' to false before it takes a new version.", "dataset_id", "dataset_archived");
        }

        var source = await sources.OpenAsync(dataset, request.Source!, cancellationToken);
        return request.DryRun
            ? TypedResults.Json(VersionPreview.Of(await builder.PreviewAsync(dataset, request, source, cancellationToken)), DatasetsJsonContext.Default.VersionPreview)
            : Show(await builder.BuildAsync(dataset, request, source, cancellationToken));
    }

    private static async Task<IResult> ListAsync(string id, HttpContext http, DatasetsDbContext context, CancellationToken cancellationToken)
    {
        var page = PageQuery.Read(http.Request.Query, descendingByDefault: true);
        var dataset = await context.FindDatasetAsync(http.Caller().ProjectId, id, cancellationToken);
        var list = await context.VersionsOf(dataset.ProjectId, id).PageAsync(rows => rows, page, VersionView.Of, cancellationToken);
        return TypedResults.Json(list, DatasetsJsonContext.Default.ListPageVersionView);
    }

    private static async Task<IResult> GetAsync(string id, string version, HttpContext http, DatasetsDbContext context, CancellationToken cancellationToken) =>
        Show(VersionView.Of(await context.FindVersionAsync(http.Caller().ProjectId, id, version, cancellationToken)));

    private static async Task<IResult> ListItemsAsync(
        string id, string version, HttpContext http, DatasetsDbContext context, CancellationToken cancellationToken)
    {
        var page = PageQuery.Read(http.Request.Query, descendingByDefault: false);
        var split = VersionLookup.ReadSplit(http.Request.Query);
        var found = await context.FindVersionAsync(http.Caller().ProjectId, id, version, cancellationToken);
        var items = context.ItemsOf(found, split);
        if (page.After is { } after)
        {
            var place = await context.ItemsOf(found, null).Where(item => item.ItemId == after).Select(item => (int?)item.Place).FirstOrDefaultAsync(cancellationToken)
                ?? throw InferenceLookup.UnknownAfter(after);
            items = page.Descending ? items.Where(item => item.Place < place) : items.Where(item => item.Place > place);
        }

        items = page.Descending ? items.OrderByDescending(item => item.Place) : items.OrderBy(item => item.Place);
        var rows = await items.Take(page.Limit + 1).ToListAsync(cancellationToken);
        return TypedResults.Json(
            rows.ToPage(page.Limit, ListedItemView.Of, item => item.ItemId), DatasetsJsonContext.Default.ListPageListedItemView);
    }

    private static async Task<IResult> DeleteAsync(string id, string version, HttpContext http, DatasetsDbContext context, CancellationToken cancellationToken)
    {
        var found = await context.FindVersionAsync(http.Caller().ProjectId, id, version, cancellationToken);
        await context.RetireVersionAsync(found.Id, cancellationToken);
        await context.DeleteVersionAsync(found.Id, cancellationToken);
        return TypedResults.Json(new DeletedObject(found.Id, "dataset.version.deleted"), DatasetsJsonContext.Default.DeletedObject);
    }

    private static async Task<IResult> DiffAsync(string id, HttpContext http, DatasetsDbContext context, CancellationToken cancellationToken)
    {
        var project = http.Caller().ProjectId;
        var from = await FindAsync("from");
        var to = await FindAsync("to");
        return TypedResults.Json(await VersionDiff.ReadAsync(context, from, to, cancellationToken), DatasetsJsonContext.Default.VersionDiff);

        async Task<DatasetVersion> FindAsync(string name) => http.Request.Query[name].ToString() is { Length: > 0 } version
            ? await context.FindVersionAsync(project, id, version, cancellationToken, name)
            : throw new ApiException(ApiErrors.BadRequest($"Missing required parameter: '{name}'.", name));
    }

    private static JsonHttpResult<VersionView> Show(VersionView version) => TypedResults.Json(version, DatasetsJsonContext.Default.VersionView);
}
