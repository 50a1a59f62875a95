using LlmGateway.Retrieval.Chunks;
using LlmGateway.Retrieval.Search;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Pgvector;
using Pgvector.EntityFrameworkCore;

namespace LlmGateway.Retrieval.Storage;

/// <summary>Vectors by pgvector.</summary>
internal sealed class PostgresChunkStore(RetrievalDbContext context) : IChunkStore
{
    public async Task AddAsync(IReadOnlyList<NewChunk> chunks, CancellationToken cancellationToken)
    {
        // COPY takes several times as many rows a second as INSERT.
        await using var copy = await ((NpgsqlConnection)context.Database.GetDbConnection()).BeginBinaryImportAsync(
            """COPY chunks (vector_store_id, file_row_id, "index", start, "end", parent_start, text, embedding) FROM STDIN (FORMAT BINARY)""", cancellationToken);
        foreach (var (chunk, embedding) in chunks)
        {
            await copy.StartRowAsync(cancellationToken);
            await copy.WriteAsync(chunk.VectorStoreId, cancellationToken);
            await copy.WriteAsync(chunk.FileRowId, cancellationToken);
            await copy.WriteAsync(chunk.Index, cancellationToken);
            await copy.WriteAsync(chunk.Start, cancellationToken);
            await copy.WriteAsync(chunk.End, cancellationToken);
            await copy.WriteAsync(chunk.ParentStart, cancellationToken);
            await copy.WriteAsync(chunk.Text, cancellationToken);
            await copy.WriteAsync(new Vector(embedding), cancellationToken);
        }

        await copy.CompleteAsync(cancellationToken);
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
