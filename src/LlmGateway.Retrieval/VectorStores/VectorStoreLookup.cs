using LlmGateway.Retrieval.Storage;
using LlmGateway.Service;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Retrieval.VectorStores;

/// <summary>Finds stores, each within its project only.</summary>
internal static class VectorStoreLookup
{
    public static IQueryable<VectorStore> StoresOf(this RetrievalDbContext context, string project) =>
        context.VectorStores.Where(row => row.ProjectId == project);

    /// <exception cref="ApiException">The project has no such store (404).</exception>
    public static async Task<VectorStore> FindStoreAsync(this RetrievalDbContext context, string project, string id, CancellationToken cancellationToken) =>
        await context.StoresOf(project).SingleOrDefaultAsync(row => row.Id == id, cancellationToken)
        ?? throw new ApiException(ApiErrors.NotFound($"No vector store found with id '{id}'.", "vector_store_id"));

    /// <summary>The same, for what needs a store that lives; its name does as well as its id where no other store has it.</summary>
    /// <exception cref="ApiException">There is none (404), it has expired, or several have the name (400).</exception>
    public static async Task<VectorStore> FindLiveStoreAsync(
        this RetrievalDbContext context, string project, string id, TimeProvider time, CancellationToken cancellationToken)
    {
        var store = id.StartsWith(VectorStore.IdPrefix, StringComparison.Ordinal)
            ? await context.FindStoreAsync(project, id, cancellationToken)
            : await context.FindNamedStoreAsync(project, id, cancellationToken);
        return store.ExpiresAtMicros <= time.NowMicros()
            ? throw new ApiException(ApiErrors.BadRequest(
                $"The vector store '{id}' has expired. Change its 'expires_after' to use it again.", "vector_store_id", "vector_store_expired"))
            : store;
    }

    private static async Task<VectorStore> FindNamedStoreAsync(this RetrievalDbContext context, string project, string name, CancellationToken cancellationToken) =>
        await context.StoresOf(project).Where(row => row.Name == name).OrderBy(row => row.Id).Take(2).ToListAsync(cancellationToken) switch
        {
            [var store] => store,
            [] => throw new ApiException(ApiErrors.NotFound($"No vector store found with id or name '{name}'.", "vector_store_id")),
            _ => throw new ApiException(ApiErrors.BadRequest($"Several vector stores are named '{name}': name one by its id.", "vector_store_id", "ambiguous_name")),
        };
}
