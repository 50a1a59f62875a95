using LlmGateway.Datasets.Inferences;
using LlmGateway.Datasets.Storage;
using LlmGateway.Service;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Datasets.Versions;

/// <summary>What curation left out of a version.</summary>
internal static class DropEndpoint
{
    public static void MapDatasetDrops(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/v1/datasets/{id}/versions/{version}/dropped", ListAsync).WithName("ListDatasetDrops").WithSummary("List what curation left out of a version");

    /// <summary>The drops of a version.</summary>
    public static IQueryable<DatasetDrop> DropsOf(this DatasetsDbContext context, DatasetVersion version) =>
        context.DatasetDrops.AsNoTracking().Where(drop => drop.VersionId == version.Id);

    private static async Task<IResult> ListAsync(string id, string version, HttpContext http, DatasetsDbContext context, CancellationToken cancellationToken)
    {
        var page = PageQuery.Read(http.Request.Query, descendingByDefault: false);
        var reason = InferenceFilter.ReadText(http.Request.Query, "reason");
        var found = await context.FindVersionAsync(http.Caller().ProjectId, id, version, cancellationToken);
        var drops = context.DropsOf(found);
        drops = reason is null ? drops : drops.Where(drop => drop.Reason == reason);
        if (page.After is { } after)
        {
            var place = await context.DropsOf(found).Where(drop => drop.ItemId == after).Select(drop => (int?)drop.Place).FirstOrDefaultAsync(cancellationToken)
                ?? throw InferenceLookup.UnknownAfter(after);
            drops = page.Descending ? drops.Where(drop => drop.Place < place) : drops.Where(drop => drop.Place > place);
        }

        drops = page.Descending ? drops.OrderByDescending(drop => drop.Place) : drops.OrderBy(drop => drop.Place);
        var rows = await drops.Take(page.Limit + 1).ToListAsync(cancellationToken);
        return TypedResults.Json(rows.ToPage(page.Limit, DropView.Of, drop => drop.ItemId), DatasetsJsonContext.Default.ListPageDropView);
    }
}
