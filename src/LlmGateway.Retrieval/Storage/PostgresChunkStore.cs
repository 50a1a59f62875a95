using LlmGateway.Retrieval.Chunks;
using LlmGateway.Retrieval.Search;
using Microsoft.EntityFrameworkCore;
using Pgvector;
using Pgvector.EntityFrameworkCore;

namespace LlmGateway.Retrieval.Storage;

/// <summary>Vectors by pgvector.</summary>
internal sealed class PostgresChunkStore(RetrievalDbContext context) : IChunkStore
{
    public async Task AddAsync(IReadOnlyList<NewChunk> chunks, CancellationToken cancellationToken)
    {
        foreach (var (chunk, embedding) in chunks)
        {
            context.Add(chunk).Property(Chunk.Embedding).CurrentValue = new Vector(embedding);
        }

        await context.SaveChangesAsync(cancellationToken);
        context.ChangeTracker.Clear();
    }

    public async Task<IReadOnlyList<ScoredKey>> SearchAsync(VectorQuery query, ReadOnlyMemory<float> embedding, CancellationToken cancellationToken)
    {
        var vector = new Vector(embedding);
        var rows = context.Chunks.AsNoTracking().Where(chunk => chunk.VectorStoreId == query.VectorStoreId);
        if (query.FileRowIds is { } files)
        {
            rows = rows.Where(chunk => files.Contains(chunk.FileRowId));
        }

        var found = await rows
            .Select(chunk => new { chunk.FileRowId, chunk.Index, Distance = EF.Property<Vector>(chunk, Chunk.Embedding).CosineDistance(vector) })
            .OrderBy(chunk => chunk.Distance).Take(query.Limit).ToListAsync(cancellationToken);
        return [.. found.Select(chunk => new ScoredKey(new ChunkKey(chunk.FileRowId, chunk.Index), 1 - chunk.Distance))];
    }
}
