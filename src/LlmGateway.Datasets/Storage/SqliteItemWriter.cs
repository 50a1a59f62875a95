using LlmGateway.Datasets.Versions;
using LlmGateway.Service;
using Microsoft.Data.Sqlite;

namespace LlmGateway.Datasets.Storage;

/// <summary>Writes items by prepared statements, on a connection that lives for one batch: what fails is rolled back with it.</summary>
/// <param name="connectionString">The store.</param>
internal sealed class SqliteItemWriter(string connectionString) : IItemWriter
{
    private const int IdBytes = 16;

    private const string Insert = """
        INSERT INTO dataset_items (version_id, place, item_id, hash, input, reference, rejected, metadata, split, is_supervised,
            inference_id, feedback_id, line, episode_id, end_user, called_at_micros)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """;

    // Out of the pool: a connection put back with a transaction under way would be given out with it.
    private readonly string _connection = new SqliteConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString;

    // SQLite answers on the thread that asks.
    public Task WriteAsync(IReadOnlyList<DatasetItem> items, CancellationToken cancellationToken) =>
        items.Count == 0 ? Task.CompletedTask : Task.Run(() => Write(items), cancellationToken);

    private void Write(IReadOnlyList<DatasetItem> items)
    {
        using var connection = new SqliteConnection(_connection);
        connection.Open();
        SqliteConnectionSettings.ApplyForWriting(connection);
        using var begin = new SqliteStatement(connection, "BEGIN IMMEDIATE");
        using var insert = new SqliteStatement(connection, Insert);
        using var commit = new SqliteStatement(connection, "COMMIT");
        begin.Run();
        foreach (var item in items)
        {
            Write(insert, item);
        }

        commit.Run();
    }

    private static void Write(SqliteStatement insert, DatasetItem item)
    {
        insert.Add(item.VersionId).Add((long)item.Place).Add(item.ItemId).AddBlob(item.Hash)
            .Add(item.Input).Add(item.Reference).Add(item.Rejected).Add(item.Metadata).Add(item.Split).Add(item.IsSupervised);
        if (item.InferenceId is { } call)
        {
            Span<byte> id = stackalloc byte[IdBytes];
            call.TryWriteBytes(id, bigEndian: true, out _);
            insert.AddBlob(id);
        }
        else
        {
            insert.Add((string?)null);
        }

        insert.Add(item.FeedbackId).Add(item.Line).Add(item.EpisodeId).Add(item.EndUser).Add(item.CalledAtMicros).Run();
    }
}
