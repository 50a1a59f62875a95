using System.Diagnostics;
using LlmGateway.TestKit;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace LlmGateway.Benchmarks.Ingestion;

/// <summary>
/// What the databases do when nothing else is asked of them: batches of 500 rows of an id, three short columns with an
/// index each and a body of the packed size. A yardstick for the log's way.
/// </summary>
internal static class BareInserts
{
    private const int Batch = 500;
    private const int Connections = 3;
    private const string Columns = "id, project, created, body_id, body";

    public static IngestionRun IntoSqlite(int bodyBytes, int records)
    {
        using var folder = new TempFolder();
        using var connection = new SqliteConnection($"Data Source={folder.File("bare.db")};Pooling=False");
        connection.Open();
        Run(connection, "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL");
        Run(connection, "CREATE TABLE bare (id BLOB PRIMARY KEY, project TEXT, created INTEGER, body_id TEXT, body BLOB)");
        Run(connection, "CREATE INDEX a ON bare (project, id); CREATE INDEX b ON bare (created); CREATE INDEX c ON bare (body_id)");
        using var insert = connection.CreateCommand();
        insert.CommandText = $"INSERT INTO bare ({Columns}) VALUES ($id, 'proj_default', $created, $body_id, $body)";
        var id = insert.Parameters.Add("$id", SqliteType.Blob);
        var created = insert.Parameters.Add("$created", SqliteType.Integer);
        var bodyId = insert.Parameters.Add("$body_id", SqliteType.Text);
        var body = insert.Parameters.Add("$body", SqliteType.Blob);
        return Measure(records, () =>
        {
            foreach (var rows in Rows(bodyBytes, records).Chunk(Batch))
            {
                using var transaction = connection.BeginTransaction();
                insert.Transaction = transaction;
                foreach (var row in rows)
                {
                    (id.Value, created.Value, bodyId.Value, body.Value) = (row.Id.ToByteArray(bigEndian: true), row.Created, row.BodyId, row.Body);
                    insert.ExecuteNonQuery();
                }

                transaction.Commit();
            }
        });
    }

    public static async Task<IngestionRun> IntoPostgresAsync(PostgresStore store, int bodyBytes, int records)
    {
        await store.RunAsync($"""
            DROP TABLE IF EXISTS bare;
            CREATE TABLE bare (id uuid PRIMARY KEY, project text, created bigint, body_id text, body bytea);
            CREATE INDEX ON bare (project, id); CREATE INDEX ON bare (created); CREATE INDEX ON bare (body_id)
            """);
        var batches = Rows(bodyBytes, records).Chunk(Batch).ToArray();
        var start = Stopwatch.GetTimestamp();
        await Parallel.ForEachAsync(batches, new ParallelOptions { MaxDegreeOfParallelism = Connections }, async (rows, cancellationToken) =>
        {
            await using var insert = store.Source.CreateCommand(
                $"INSERT INTO bare ({Columns}) SELECT * FROM unnest($1, $2, $3, $4, $5) ON CONFLICT (id) DO NOTHING");
            insert.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = [.. rows.Select(row => row.Id)] });
            insert.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. rows.Select(_ => "proj_default")] });
            insert.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = [.. rows.Select(row => row.Created)] });
            insert.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. rows.Select(row => row.BodyId)] });
            insert.Parameters.Add(new NpgsqlParameter<byte[][]> { TypedValue = [.. rows.Select(row => row.Body)] });
            await insert.ExecuteNonQueryAsync(cancellationToken);
        });
        return new IngestionRun(records, Stopwatch.GetElapsedTime(start), TimeSpan.Zero, null);
    }

    private static IEnumerable<(Guid Id, long Created, string BodyId, byte[] Body)> Rows(int bodyBytes, int records)
    {
        // About as long as both bodies are when they are packed.
        var bodies = new SampleCalls(bodyBytes);
        return Enumerable.Range(0, records).Select(number =>
        {
            var record = SampleCalls.Record(number);
            return (record.Id, record.CreatedAtMicros, record.BodyId!, bodies.Request(number).First.ToArray());
        });
    }

    private static IngestionRun Measure(int records, Action run)
    {
        var start = Stopwatch.GetTimestamp();
        run();
        return new IngestionRun(records, Stopwatch.GetElapsedTime(start), TimeSpan.Zero, null);
    }

    private static void Run(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Constants of this file.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }
}
