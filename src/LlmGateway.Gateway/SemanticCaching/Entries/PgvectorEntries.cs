using System.Globalization;
using LlmGateway.Gateway.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Pgvector;

namespace LlmGateway.Gateway.SemanticCaching.Entries;

/// <summary>
/// Entries in PostgreSQL, which finds the nearest by pgvector: exactly in small partitions, by the HNSW index of the vectors'
/// length in large ones, as its planner sees fit.
/// </summary>
internal sealed class PgvectorEntries(IServiceScopeFactory scopes, TimeProvider time) : StoredEntries(scopes, time)
{
    /// <summary>
    /// For the transaction, which is this one look-up. pgvector's default of 40 candidates finds too few of the nearest, 300 took
    /// too long (docs/benchmarks.md), and 100 find .990; and where the index's candidates are of other
    /// partitions it must go on looking.
    /// </summary>
    private const string Settings = "SELECT set_config('hnsw.ef_search', '100', true), set_config('hnsw.iterative_scan', 'strict_order', true)";

    private readonly IServiceScopeFactory _scopes = scopes;
    private readonly TimeProvider _time = time;

    public override async Task<IReadOnlyList<SemanticMatch>> FindAsync(SemanticQuery query, CancellationToken cancellationToken)
    {
        await using var scope = _scopes.CreateAsyncScope();
        var database = scope.ServiceProvider.GetRequiredService<GatewayDbContext>().Database;
        await database.OpenConnectionAsync(cancellationToken);
        await using var batch = ((NpgsqlConnection)database.GetDbConnection()).CreateBatch();
        batch.BatchCommands.Add(new NpgsqlBatchCommand(Settings));
        batch.BatchCommands.Add(Nearest(query));
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        await reader.NextResultAsync(cancellationToken);
        var matches = new List<SemanticMatch>(query.Count);
        while (await reader.ReadAsync(cancellationToken) && (matches.Count > 0 || reader.GetDouble(0) >= query.AtLeast))
        {
            matches.Add(new SemanticMatch(ReadEntry(reader, query), Math.Min(1, reader.GetDouble(0))));
        }

        return matches;
    }

    private NpgsqlBatchCommand Nearest(SemanticQuery query)
    {
        // A number of ours, because the index is on this very expression.
        var dimensions = query.Vector.Length.ToString(CultureInfo.InvariantCulture);
        var command = new NpgsqlBatchCommand(
            $"""
            SELECT 1 - ("Embedding"::halfvec({dimensions}) <=> $1::halfvec({dimensions})), "Id", "PromptId", "PromptVersion", "Question", "Answer",
                "InferenceId", "CreatedAt", "ExpiresAt", "LastUsedAt"
            FROM semantic_cache_entries
            WHERE "Dimensions" = {dimensions} AND "CacheId" = $2 AND "Partition" = $3 AND "ExpiresAt" > $4
            ORDER BY "Embedding"::halfvec({dimensions}) <=> $1::halfvec({dimensions}) LIMIT $5
            """);
        command.Parameters.Add(new NpgsqlParameter { Value = new HalfVector(Array.ConvertAll(query.Vector, value => (Half)value)) });
        command.Parameters.Add(new NpgsqlParameter { Value = query.Cache.Id });
        command.Parameters.Add(new NpgsqlParameter { Value = query.Partition });
        command.Parameters.Add(new NpgsqlParameter { Value = _time.GetUtcNow().ToUnixTimeSeconds() });
        command.Parameters.Add(new NpgsqlParameter { Value = query.Count });
        return command;
    }

    private static SemanticEntry ReadEntry(NpgsqlDataReader reader, SemanticQuery query) => new()
    {
        Id = reader.GetString(1),
        CacheId = query.Cache.Id,
        Partition = query.Partition,
        PromptId = reader.IsDBNull(2) ? null : reader.GetString(2),
        PromptVersion = reader.IsDBNull(3) ? null : reader.GetInt32(3),
        Question = reader.GetString(4),
        Answer = reader.GetFieldValue<byte[]>(5),
        Embedding = [],
        Dimensions = query.Vector.Length,
        InferenceId = reader.GetGuid(6),
        CreatedAt = reader.GetInt64(7),
        ExpiresAt = reader.GetInt64(8),
        LastUsedAt = reader.GetInt64(9),
    };
}
