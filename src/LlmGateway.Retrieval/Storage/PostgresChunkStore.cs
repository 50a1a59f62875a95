using System.Globalization;
using LlmGateway.Retrieval.Chunks;
using LlmGateway.Retrieval.Search;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Npgsql;
using Pgvector;

namespace LlmGateway.Retrieval.Storage;

/// <summary>Vectors by pgvector: by the HNSW index of their length where there is one, else one after another, as its planner sees fit.</summary>
internal sealed class PostgresChunkStore(RetrievalDbContext context, IOptions<RetrievalOptions> options) : IChunkStore
{
    /// <summary>Candidates that the index keeps while it looks: at 150, recall@10 over 100,000 vectors is .95; pgvector's default of 40 finds too few, and 300 take twice as long for .98.</summary>
    private const int LeastCandidates = 150;

    /// <summary>Most that pgvector takes.</summary>
    private const int MostCandidates = 1000;

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
        var found = await FindAsync(query, embedding, cancellationToken);

        // The index gives up after a number of candidates of other stores and files: what it is short of may be there all the same.
        return found.Count < query.Limit && !query.Exact ? await FindAsync(query with { Exact = true }, embedding, cancellationToken) : found;
    }

    private async Task<List<ScoredKey>> FindAsync(VectorQuery query, ReadOnlyMemory<float> embedding, CancellationToken cancellationToken)
    {
        await context.Database.OpenConnectionAsync(cancellationToken);
        try
        {
            await using var batch = ((NpgsqlConnection)context.Database.GetDbConnection()).CreateBatch();
            batch.BatchCommands.Add(Settings(query));
            batch.BatchCommands.Add(Nearest(query, embedding));
            await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
            await reader.NextResultAsync(cancellationToken);
            var hits = new List<ScoredKey>(query.Limit);
            while (await reader.ReadAsync(cancellationToken))
            {
                hits.Add(new ScoredKey(new ChunkKey(reader.GetString(0), reader.GetInt32(1)), reader.GetDouble(2)));
            }

            return hits;
        }
        finally
        {
            await context.Database.CloseConnectionAsync();
        }
    }

    /// <summary>For the transaction, which is this one search. Where the index's candidates are of other stores or files it goes on looking.</summary>
    private static NpgsqlBatchCommand Settings(VectorQuery query)
    {
        var command = new NpgsqlBatchCommand(
            "SELECT set_config('hnsw.ef_search', $1, true), set_config('hnsw.iterative_scan', 'relaxed_order', true), set_config('enable_indexscan', $2, true)");
        command.Parameters.Add(new NpgsqlParameter { Value = Math.Clamp(query.Limit, LeastCandidates, MostCandidates).ToString(CultureInfo.InvariantCulture) });
        command.Parameters.Add(new NpgsqlParameter { Value = query.Exact ? "off" : "on" });
        return command;
    }

    private NpgsqlBatchCommand Nearest(VectorQuery query, ReadOnlyMemory<float> embedding)
    {
        // The index is on this very expression, and only on vectors of this length.
        var type = VectorIndex.TypeOf(embedding.Length, options.Value.HalfVectors);
        var ofFiles = query.FileRowIds is null ? "" : "AND file_row_id = ANY($4)";
        var command = new NpgsqlBatchCommand(
            $"""
            SELECT file_row_id, "index", 1 - (embedding <=> $1) FROM (
                SELECT file_row_id, "index", embedding FROM chunks
                WHERE vector_dims(embedding) = {embedding.Length.ToString(CultureInfo.InvariantCulture)} AND vector_store_id = $2 {ofFiles}
                ORDER BY embedding::{type} <=> $1::{type} LIMIT $3) nearest
            ORDER BY 3 DESC
            """);
        command.Parameters.Add(new NpgsqlParameter { Value = new Vector(embedding) });
        command.Parameters.Add(new NpgsqlParameter { Value = query.Store.Id });
        command.Parameters.Add(new NpgsqlParameter { Value = query.Limit });
        if (query.FileRowIds is { } files)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = files.ToArray() });
        }

        return command;
    }
}
