using LlmGateway.Retrieval.Storage;
using LlmGateway.Retrieval.VectorStores;
using LlmGateway.Service;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Retrieval.Adapters;

/// <summary>Finds adapters, each within its project or store only, and puts queries' vectors through them.</summary>
internal sealed class AdapterLookup(RetrievalDbContext context, AdapterMatrices matrices)
{
    /// <summary>An adapter that this scope's searches may use before it was accepted: the one that is being tested.</summary>
    public LinearAdapter? Trial { get; set; }

    public IQueryable<RetrievalAdapter> Of(string project) => context.Set<RetrievalAdapter>().AsNoTracking().Where(row => row.ProjectId == project);

    /// <exception cref="ApiException">The project has no such adapter (404).</exception>
    public async Task<RetrievalAdapter> FindAsync(string project, string id, CancellationToken cancellationToken) =>
        await Of(project).SingleOrDefaultAsync(row => row.Id == id, cancellationToken)
        ?? throw new ApiException(ApiErrors.NotFound($"No adapter found with id '{id}'.", "adapter_id"));

    /// <summary>Whether searches of a store may use an adapter.</summary>
    /// <param name="store">The store.</param>
    /// <param name="id">The adapter; null for none.</param>
    /// <param name="param">The field that names it.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ApiException">The store has no such adapter, or it was not accepted (400).</exception>
    public async Task CheckAsync(VectorStore store, string? id, string param, CancellationToken cancellationToken)
    {
        if (id is null)
        {
            return;
        }

        var status = await context.Set<RetrievalAdapter>().Where(row => row.Id == id && row.VectorStoreId == store.Id)
            .Select(row => row.Status).SingleOrDefaultAsync(cancellationToken)
            ?? throw new ApiException(ApiErrors.BadRequest($"Invalid '{param}': the vector store has no adapter '{id}'.", param));
        if (status != AdapterStatus.Accepted)
        {
            throw new ApiException(ApiErrors.BadRequest(
                $"Invalid '{param}': the adapter '{id}' is {status}, and only one that is accepted can be used. Leave it out, or train another.", param, "adapter_not_accepted"));
        }
    }

    /// <summary>The queries' vectors as an adapter makes them.</summary>
    /// <exception cref="ApiException">The store has no such adapter, it was not accepted, or is of another length (400).</exception>
    public async Task<IReadOnlyList<float[]>> ApplyAsync(VectorStore store, string id, IReadOnlyList<float[]> vectors, CancellationToken cancellationToken)
    {
        var adapter = Trial ?? await LoadAsync(store, id, cancellationToken);
        return adapter.Dimensions == vectors[0].Length
            ? [.. vectors.Select(vector => adapter.Apply(vector))]
            : throw new ApiException(ApiErrors.BadRequest(
                $"The adapter '{id}' is for vectors of {adapter.Dimensions} numbers, and the queries' have {vectors[0].Length}. Train another.", "adapter"));
    }

    private async Task<LinearAdapter> LoadAsync(VectorStore store, string id, CancellationToken cancellationToken)
    {
        await CheckAsync(store, id, "adapter", cancellationToken);
        return await matrices.GetAsync(id, context, cancellationToken);
    }
}
