using System.Runtime.InteropServices;
using LlmGateway.Retrieval.Chunks;
using LlmGateway.Retrieval.Search;
using LlmGateway.Text.Similarity;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Retrieval.Storage;

/// <summary>Vectors as blobs, compared one after another.</summary>
internal sealed class SqliteChunkStore(RetrievalDbContext context) : IChunkStore
{
    public async Task AddAsync(IReadOnlyList<NewChunk> chunks, CancellationToken cancellationToken)
    {
        foreach (var (chunk, embedding) in chunks)
        {
            context.Add(chunk).Property(Chunk.Embedding).CurrentValue = MemoryMarshal.AsBytes<float>(embedding).ToArray();
        }

        await context.SaveChangesAsync(cancellationToken);
        context.ChangeTracker.Clear();
    }

    public async Task<IReadOnlyList<ScoredKey>> SearchAsync(VectorQuery query, ReadOnlyMemory<float> embedding, CancellationToken cancellationToken)
    {
        var best = new PriorityQueue<ScoredKey, double>();
        var rows = context.Chunks.AsNoTracking().Where(chunk => chunk.VectorStoreId == query.VectorStoreId)
            .Select(chunk => new { chunk.FileRowId, chunk.Index, Vector = EF.Property<byte[]>(chunk, Chunk.Embedding) });
        await foreach (var row in rows.AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            if (query.FileRowIds?.Contains(row.FileRowId) == false)
            {
                continue;
            }

            var score = Vectors.Cosine(embedding.Span, MemoryMarshal.Cast<byte, float>(row.Vector));
            best.Enqueue(new ScoredKey(new ChunkKey(row.FileRowId, row.Index), score), score);
            if (best.Count > query.Limit)
            {
                best.Dequeue();
            }
        }

        return [.. best.UnorderedItems.Select(item => item.Element).OrderByDescending(item => item.Score)];
    }
}
