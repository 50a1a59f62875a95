using LlmGateway.Datasets.Versions;
using Npgsql;

namespace LlmGateway.Datasets.Storage;

/// <summary>Writes items and drops by <c>COPY</c>.</summary>
internal sealed class PostgresVersionWriter(NpgsqlDataSource source) : IVersionWriter
{
    private const string Shared = "version_id, place, item_id, input, reference, rejected, metadata, inference_id, feedback_id, line, episode_id, end_user, called_at_micros";
    private const string CopyItems = $"COPY dataset_items ({Shared}, hash, split, is_supervised) FROM STDIN (FORMAT BINARY)";
    private const string CopyDrops = $"COPY dataset_drops ({Shared}, step, reason, detail) FROM STDIN (FORMAT BINARY)";

    public async Task WriteAsync(IReadOnlyList<DatasetItem> items, IReadOnlyList<DatasetDrop> drops, CancellationToken cancellationToken)
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await CopyAsync(connection, CopyItems, items, WriteAsync, cancellationToken);
        await CopyAsync(connection, CopyDrops, drops, WriteAsync, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    private static async Task CopyAsync<TRow>(
        NpgsqlConnection connection, string copy, IReadOnlyList<TRow> rows, Func<NpgsqlBinaryImporter, TRow, CancellationToken, Task> write, CancellationToken cancellationToken)
        where TRow : DatasetRow
    {
        if (rows.Count == 0)
        {
            return;
        }

        await using var import = await connection.BeginBinaryImportAsync(copy, cancellationToken);
        foreach (var row in rows)
        {
            await import.StartRowAsync(cancellationToken);
            await WriteSharedAsync(import, row, cancellationToken);
            await write(import, row, cancellationToken);
        }

        await import.CompleteAsync(cancellationToken);
    }

    private static async Task WriteSharedAsync(NpgsqlBinaryImporter import, DatasetRow row, CancellationToken cancellationToken)
    {
        await import.WriteAsync(row.VersionId, cancellationToken);
        await import.WriteAsync(row.Place, cancellationToken);
        await import.WriteAsync(row.ItemId, cancellationToken);
        await import.WriteAsync(row.Input, cancellationToken);
        await WriteTextAsync(import, row.Reference, cancellationToken);
        await WriteTextAsync(import, row.Rejected, cancellationToken);
        await WriteTextAsync(import, row.Metadata, cancellationToken);
        await WriteValueAsync(import, row.InferenceId, cancellationToken);
        await WriteTextAsync(import, row.FeedbackId, cancellationToken);
        await WriteValueAsync(import, row.Line, cancellationToken);
        await WriteTextAsync(import, row.EpisodeId, cancellationToken);
        await WriteTextAsync(import, row.EndUser, cancellationToken);
        await WriteValueAsync(import, row.CalledAtMicros, cancellationToken);
    }

    private static async Task WriteAsync(NpgsqlBinaryImporter import, DatasetItem item, CancellationToken cancellationToken)
    {
        await import.WriteAsync(item.Hash, cancellationToken);
        await WriteTextAsync(import, item.Split, cancellationToken);
        await import.WriteAsync(item.IsSupervised, cancellationToken);
    }

    private static async Task WriteAsync(NpgsqlBinaryImporter import, DatasetDrop drop, CancellationToken cancellationToken)
    {
        await import.WriteAsync(drop.Step, cancellationToken);
        await import.WriteAsync(drop.Reason, cancellationToken);
        await WriteTextAsync(import, drop.Detail, cancellationToken);
    }

    private static Task WriteTextAsync(NpgsqlBinaryImporter import, string? value, CancellationToken cancellationToken) =>
        value is null ? import.WriteNullAsync(cancellationToken) : import.WriteAsync(value, cancellationToken);

    private static Task WriteValueAsync<T>(NpgsqlBinaryImporter import, T? value, CancellationToken cancellationToken)
        where T : struct => value is { } given ? import.WriteAsync(given, cancellationToken) : import.WriteNullAsync(cancellationToken);
}
