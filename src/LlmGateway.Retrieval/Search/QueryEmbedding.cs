using LlmGateway.Retrieval.Adapters;
using LlmGateway.Retrieval.Embeddings;
using LlmGateway.Retrieval.VectorStores;
using LlmGateway.Service;

namespace LlmGateway.Retrieval.Search;

/// <summary>Queries' vectors, by the store's own model.</summary>
internal sealed class QueryEmbedding(EmbeddingClient embeddings, AdapterLookup adapters)
{
    /// <returns>A vector of the store's length for each text, in order.</returns>
    /// <exception cref="ApiException">The model makes other vectors than the store holds (400), or does not answer (502).</exception>
    public async Task<IReadOnlyList<float[]>> EmbedAsync(
        Caller caller, VectorStore store, IReadOnlyList<string> texts, SearchConfiguration configuration, CancellationToken cancellationToken)
    {
        IReadOnlyList<float[]> vectors;
        try
        {
            vectors = await embeddings.EmbedAsync(
                caller.ForModels(), store.EmbeddingModel, texts, cancellationToken);
        }
        catch (EmbeddingException exception)
        {
            throw new ApiException(new ApiError(502, "embedding_failed", exception.Message));
        }

        if (vectors[0].Length != store.Dimensions)
        {
            throw new ApiException(ApiErrors.BadRequest(
                $"'{store.EmbeddingModel}' now makes vectors of {vectors[0].Length} numbers, and this store's have {store.Dimensions}. Make a new store and add the files to it.",
                "vector_store_id", "embedding_model_changed"));
        }

        return configuration.Adapter is { } adapter ? await adapters.ApplyAsync(store, adapter, vectors, cancellationToken) : vectors;
    }
}
