using System.Runtime.InteropServices;
using LlmGateway.Retrieval.Chunks;
using LlmGateway.Retrieval.Search;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace LlmGateway.Retrieval.Storage;

/// <summary>Vectors as blobs, compared in the process's copy of them.</summary>
internal sealed class SqliteChunkStore(RetrievalDbContext context, VectorCopies copies) : IChunkStore
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
        var copy = await copies.GetAsync(query.Store.Id, query.Store.Version, cancellationToken);
        return copy.Search(embedding.Span, query.FileRowIds, query.Limit);
    }
}
