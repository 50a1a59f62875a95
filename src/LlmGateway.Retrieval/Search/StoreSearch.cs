using LlmGateway.Retrieval.Embeddings;
using LlmGateway.Retrieval.Files;
using LlmGateway.Retrieval.Ingestion;
using LlmGateway.Retrieval.Storage;
using LlmGateway.Retrieval.VectorStores;
using LlmGateway.Service;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Retrieval.Search;

/// <summary>Searches a store by words and by meaning, and makes one ranking of both.</summary>
internal sealed class StoreSearch(RetrievalDbContext context, IChunkStore chunks, LexicalIndexes indexes, EmbeddingClient embeddings, TimeProvider time)
{
    /// <summary>Chunks that each ranking gives to the fusion.</summary>
    private const int Candidates = 100;

    /// <summary>How old a store's last use may be before it is written again: 60 s.</summary>
    private const long ActivityMicros = 60_000_000;

    /// <exception cref="ApiException">The request is malformed (400), or the embedding model does not answer (502).</exception>
    public async Task<SearchPage> SearchAsync(Caller caller, VectorStore store, SearchRequest request, CancellationToken cancellationToken)
    {
        var queries = request.Check();
        var filter = AttributeFilter.Read(request.Filters);
        var files = await LoadFilesAsync(store, filter, cancellationToken);
        await TouchAsync(store, cancellationToken);
        var ranked = await RankAsync(caller, store, queries, filter is null ? null : files, request.RankingOptions?.HybridSearch ?? HybridWeights.Default, cancellationToken);
        var threshold = request.RankingOptions?.ScoreThreshold ?? 0;
        var best = ranked.Where(hit => hit.Score >= threshold && files.ContainsKey(hit.Chunk.FileRowId)).Take(request.Limit).ToList();
        return new SearchPage(queries, await ShowAsync(best, files, cancellationToken));
    }

    private async Task<Dictionary<string, VectorStoreFile>> LoadFilesAsync(VectorStore store, AttributeFilter? filter, CancellationToken cancellationToken)
    {
        var files = await context.Files.AsNoTracking()
            .Where(file => file.VectorStoreId == store.Id && file.Status == FileStatus.Completed).ToListAsync(cancellationToken);
        return files.Where(file => filter?.Matches(Attributes.Parse(file.Attributes)) != false).ToDictionary(file => file.Id);
    }

    private async Task<IReadOnlyList<(ChunkKey Chunk, double Score)>> RankAsync(
        Caller caller, VectorStore store, IReadOnlyList<string> queries, Dictionary<string, VectorStoreFile>? wanted, HybridWeights weights,
        CancellationToken cancellationToken)
    {
        if (store.Dimensions is null || wanted?.Count == 0)
        {
            return [];
        }

        var index = weights.TextWeight > 0 ? await indexes.GetAsync(store, context, cancellationToken) : null;
        var vectors = weights.EmbeddingWeight > 0 ? await EmbedAsync(caller, store, queries, cancellationToken) : null;
        var best = new Dictionary<ChunkKey, double>();
        for (var number = 0; number < queries.Count; number++)
        {
            IReadOnlyList<(ChunkKey, double)> byWords = index is null ? [] : [.. index.Search(queries[number], file => wanted?.ContainsKey(file) != false, Candidates)];
            IReadOnlyList<(ChunkKey, double)> byMeaning = vectors is null ? [] : await SearchVectorsAsync(store, vectors[number], wanted, cancellationToken);
            foreach (var (chunk, score) in Fusion.Combine((byWords, weights.TextWeight), (byMeaning, weights.EmbeddingWeight)))
            {
                best[chunk] = Math.Max(best.GetValueOrDefault(chunk), score);
            }
        }

        return [.. best.Select(entry => (entry.Key, entry.Value)).OrderByDescending(entry => entry.Value)];
    }

    private async Task<IReadOnlyList<(ChunkKey, double)>> SearchVectorsAsync(
        VectorStore store, float[] vector, Dictionary<string, VectorStoreFile>? wanted, CancellationToken cancellationToken)
    {
        var found = await chunks.SearchAsync(new VectorQuery(store.Id, wanted?.Keys, Candidates), vector, cancellationToken);
        return [.. found.Select(hit => (new ChunkKey(hit.FileRowId, hit.Index), hit.Score))];
    }

    private async Task<IReadOnlyList<float[]>> EmbedAsync(Caller caller, VectorStore store, IReadOnlyList<string> queries, CancellationToken cancellationToken)
    {
        IReadOnlyList<float[]> vectors;
        try
        {
            vectors = await embeddings.EmbedAsync(
                caller with { Purpose = FileIngestion.Purpose, Scopes = caller.Scopes | Scopes.Inference }, store.EmbeddingModel, queries, cancellationToken);
        }
        catch (EmbeddingException exception)
        {
            throw new ApiException(new ApiError(502, "embedding_failed", exception.Message));
        }

        return vectors[0].Length == store.Dimensions
            ? vectors
            : throw new ApiException(ApiErrors.BadRequest(
                $"'{store.EmbeddingModel}' now makes vectors of {vectors[0].Length} numbers, and this store's have {store.Dimensions}. Make a new store and add the files to it.",
                "vector_store_id", "embedding_model_changed"));
    }

    private async Task TouchAsync(VectorStore store, CancellationToken cancellationToken)
    {
        var now = time.NowMicros();
        if (now - store.LastActiveAtMicros > ActivityMicros)
        {
            await context.VectorStores.Where(row => row.Id == store.Id).ExecuteUpdateAsync(set => set.SetProperty(row => row.LastActiveAtMicros, now), cancellationToken);
        }
    }

    private async Task<IReadOnlyList<SearchResult>> ShowAsync(
        List<(ChunkKey Chunk, double Score)> hits, Dictionary<string, VectorStoreFile> files, CancellationToken cancellationToken)
    {
        var results = new List<SearchResult>(hits.Count);
        var ofFiles = hits.Select(hit => hit.Chunk.FileRowId).Distinct().ToList();
        var places = hits.Select(hit => hit.Chunk.Index).Distinct().ToList();
        var texts = await context.Chunks.AsNoTracking().Where(chunk => ofFiles.Contains(chunk.FileRowId) && places.Contains(chunk.Index))
            .ToDictionaryAsync(chunk => new ChunkKey(chunk.FileRowId, chunk.Index), cancellationToken);
        foreach (var (key, score) in hits)
        {
            // A file may have been taken out since it was found.
            if (texts.GetValueOrDefault(key) is { } chunk)
            {
                var file = files[key.FileRowId];
                results.Add(new SearchResult(
                    file.FileId, file.FileName ?? "", score, Attributes.Parse(file.Attributes), [new TextContent(chunk.Text)], new PassageSpan(chunk.Start, chunk.End)));
            }
        }

        return results;
    }
}
