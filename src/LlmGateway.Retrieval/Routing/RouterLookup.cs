using LlmGateway.Retrieval.Sources;
using LlmGateway.Retrieval.Storage;
using LlmGateway.Retrieval.VectorStores;
using LlmGateway.Service;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Retrieval.Routing;

/// <summary>Finds routers, and what their routes name, each within its project only.</summary>
internal static class RouterLookup
{
    public static IQueryable<RetrievalRouter> RoutersOf(this RetrievalDbContext context, string project) =>
        context.Set<RetrievalRouter>().AsNoTracking().Where(row => row.ProjectId == project);

    /// <exception cref="ApiException">The project has no such router (404).</exception>
    public static async Task<RetrievalRouter> FindRouterAsync(this RetrievalDbContext context, string project, string id, CancellationToken cancellationToken) =>
        await context.RoutersOf(project).SingleOrDefaultAsync(row => row.Id == id, cancellationToken) ?? throw NotFound(id);

    public static ApiException NotFound(string id) => new(ApiErrors.NotFound($"No router found with id '{id}'.", "router_id"));

    /// <summary>The first route, and its field, that names what the project has not; null where there is none.</summary>
    public static async Task<(Route Route, string Field)?> FindLostAsync(
        this RetrievalDbContext context, string project, IReadOnlyList<Route> routes, CancellationToken cancellationToken)
    {
        var stores = routes.Select(route => route.VectorStoreId).OfType<string>().ToArray();
        var sources = routes.Select(route => route.SourceId).OfType<string>().ToArray();
        HashSet<string> found =
        [
            .. await context.StoresOf(project).Where(row => stores.Contains(row.Id)).Select(row => row.Id).ToListAsync(cancellationToken),
            .. await context.SourcesOf(project).Where(row => sources.Contains(row.Id)).Select(row => row.Id).ToListAsync(cancellationToken),
        ];
        return routes.FirstOrDefault(route => (route.VectorStoreId ?? route.SourceId) is { } id && !found.Contains(id)) is { } lost
            ? (lost, lost.VectorStoreId is null ? "source_id" : "vector_store_id")
            : null;
    }
}
