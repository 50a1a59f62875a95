using LlmGateway.Datasets.Versions;
using LlmGateway.Service;
using Microsoft.Data.Sqlite;

namespace LlmGateway.Datasets.Storage;

/// <summary>Writes items and drops by prepared statements, on a connection that lives for one batch: what fails is rolled back with it.</summary>
/// <param name="connectionString">The store.</param>
internal sealed class SqliteVersionWriter(string connectionString) : IVersionWriter
{
    private const string Shared = "version_id, place, item_id, input, reference, rejected, metadata, inference_id, feedback_id, line, episode_id, end_user, called_at_micros";
    private const string Values = "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    private const string InsertItem = $"INSERT INTO dataset_items ({Shared}, hash, split, is_supervised) {Values}";
    private const string InsertDrop = $"INSERT INTO dataset_drops ({Shared}, step, reason, detail) {Values}";

    // Out of the pool: a connection put back with a transaction under way would be given out with it.
    private readonly string _connection = new SqliteConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString;

    // SQLite answers on the thread that asks.
    public Task WriteAsync(IReadOnlyList<DatasetItem> items, IReadOnlyList<DatasetDrop> drops, CancellationToken cancellationToken) =>
        Task.Run(() => Write(items, drops), cancellationToken);

    private void Write(IReadOnlyList<DatasetItem> items, IReadOnlyList<DatasetDrop> drops)
    {
        using var connection = new SqliteConnection(_connection);
        connection.Open();
        SqliteConnectionSettings.ApplyForWriting(connection);
        using var begin = new SqliteStatement(connection, "BEGIN IMMEDIATE");
        using var insertItem = new SqliteStatement(connection, InsertItem);
        using var insertDrop = new SqliteStatement(connection, InsertDrop);
        using var commit = new SqliteStatement(connection, "COMMIT");
        begin.Run();
        foreach (var item in items)
        {
            Bind(insertItem, item).AddBlob(item.Hash).Add(item.Split).Add(item.IsSupervised).Run();
        }

        foreach (var drop in drops)
        {
            Bind(insertDrop, drop).Add(drop.Step).Add(drop.Reason).Add(drop.Detail).Run();
        }

        commit.Run();
    }

    private static SqliteStatement Bind(SqliteStatement insert, DatasetRow row) => insert
        .Add(row.VersionId).Add((long)row.Place).Add(row.ItemId).Add(row.Input).Add(row.Reference).Add(row.Rejected).Add(row.Metadata)
        .Add(row.InferenceId).Add(row.FeedbackId).Add(row.Line).Add(row.EpisodeId).Add(row.EndUser).Add(row.CalledAtMicros);
}
