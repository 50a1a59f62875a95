using LlmGateway.Retrieval.Chunks;
using LlmGateway.Retrieval.Search;
using LlmGateway.Retrieval.VectorStores;

namespace LlmGateway.Retrieval.Storage;

/// <summary>What each database does in a way of its own: chunks in bulk, and vectors.</summary>
internal interface IChunkStore
{
    /// <summary>Adds chunks within the context's transaction.</summary>
    Task AddAsync(IReadOnlyList<NewChunk> chunks, CancellationToken cancellationToken);

    /// <summary>The chunks likest to a vector by cosine, which is their score, best first.</summary>
    /// <param name="query">Which store, which of its files, how many.</param>
    /// <param name="embedding">The query's vector, of the store's length.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<IReadOnlyList<ScoredKey>> SearchAsync(VectorQuery query, ReadOnlyMemory<float> embedding, CancellationToken cancellationToken);
}

/// <param name="Store">The store.</param>
/// <param name="FileRowIds">Only chunks of these files; null for all.</param>
/// <param name="Limit">How many at most.</param>
/// <param name="Exact">Whether every vector is compared, and no approximate index asked.</param>
internal sealed record VectorQuery(VectorStore Store, IReadOnlySet<string>? FileRowIds, int Limit, bool Exact = false);
