using LlmGateway.Datasets.Versions;
using Npgsql;

namespace LlmGateway.Datasets.Storage;

/// <summary>Writes items by <c>COPY</c>, which is a transaction by itself.</summary>
internal sealed class PostgresItemWriter(NpgsqlDataSource source) : IItemWriter
{
    private const string Copy = """
        COPY dataset_items (version_id, place, item_id, hash, input, reference, rejected, metadata, split, is_supervised,
            inference_id, feedback_id, line, episode_id, end_user, called_at_micros)
        FROM STDIN (FORMAT BINARY)
        """;

    public async Task WriteAsync(IReadOnlyList<DatasetItem> items, CancellationToken cancellationToken)
    {
        if (items.Count == 0)
        {
            return;
        }

        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        await using var rows = await connection.BeginBinaryImportAsync(Copy, cancellationToken);
        foreach (var item in items)
        {
            await WriteAsync(rows, item, cancellationToken);
        }

        await rows.CompleteAsync(cancellationToken);
    }

    private static async Task WriteAsync(NpgsqlBinaryImporter rows, DatasetItem item, CancellationToken cancellationToken)
    {
        await rows.StartRowAsync(cancellationToken);
        await rows.WriteAsync(item.VersionId, cancellationToken);
        await rows.WriteAsync(item.Place, cancellationToken);
        await rows.WriteAsync(item.ItemId, cancellationToken);
        await rows.WriteAsync(item.Hash, cancellationToken);
        await rows.WriteAsync(item.Input, cancellationToken);
        await WriteTextAsync(item.Reference);
        await WriteTextAsync(item.Rejected);
        await WriteTextAsync(item.Metadata);
        await WriteTextAsync(item.Split);
        await rows.WriteAsync(item.IsSupervised, cancellationToken);
        await WriteValueAsync(item.InferenceId);
        await WriteTextAsync(item.FeedbackId);
        await WriteValueAsync(item.Line);
        await WriteTextAsync(item.EpisodeId);
        await WriteTextAsync(item.EndUser);
        await WriteValueAsync(item.CalledAtMicros);

        Task WriteTextAsync(string? value) => value is null ? rows.WriteNullAsync(cancellationToken) : rows.WriteAsync(value, cancellationToken);

        Task WriteValueAsync<T>(T? value)
            where T : struct => value is { } given ? rows.WriteAsync(given, cancellationToken) : rows.WriteNullAsync(cancellationToken);
    }
}
