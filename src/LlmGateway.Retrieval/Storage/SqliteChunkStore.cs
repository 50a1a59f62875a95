using System.Runtime.InteropServices;
using LlmGateway.Retrieval.Chunks;
using LlmGateway.Retrieval.Search;
using LlmGateway.Text.Similarity;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace LlmGateway.Retrieval.Storage;

/// <summary>Vectors as blobs, compared one after another.</summary>
internal sealed class SqliteChunkStore(RetrievalDbContext context) : IChunkStore
{
    public async Task AddAsync(IReadOnlyList<NewChunk> chunks, CancellationToken cancellationToken)
    {
        // One statement, prepared once: a change tracker takes longer than the database.
        await using var insert = ((SqliteConnection)context.Database.GetDbConnection()).CreateCommand();
        insert.Transaction = (SqliteTransaction?)context.Database.CurrentTransaction?.GetDbTransaction();
        insert.CommandText = """
            INSERT INTO chunks (vector_store_id, file_row_id, "index", start, "end", parent_start, text, embedding)
            VALUES ($store, $file, $index, $start, $end, $parent, $text, $embedding)
            """;
        foreach (var (chunk, embedding) in chunks)
        {
            insert.Parameters.Clear();
            insert.Parameters.AddWithValue("$store", chunk.VectorStoreId);
            insert.Parameters.AddWithValue("$file", chunk.FileRowId);
            insert.Parameters.AddWithValue("$index", chunk.Index);
            insert.Parameters.AddWithValue("$start", chunk.Start);
            insert.Parameters.AddWithValue("$end", chunk.End);
            insert.Parameters.AddWithValue("$parent", (object?)chunk.ParentStart ?? DBNull.Value);
            insert.Parameters.AddWithValue("$text", chunk.Text);
            insert.Parameters.AddWithValue("$embedding", MemoryMarshal.AsBytes<float>(embedding).ToArray());
            await insert.ExecuteNonQueryAsync(cancellationToken);
        }
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
