using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace LlmGateway.Datasets.Storage.Partitions;

/// <summary>
/// Makes and drops the log's partitions in PostgreSQL. Any number of workers may try at once: one of them does it. A
/// record for which there is no partition goes to the default one and moves when its partition is made.
/// </summary>
internal sealed class PostgresPartitions(NpgsqlDataSource source, IOptions<PartitionOptions> options, ILogger<PostgresPartitions> logger)
{
    public const string Rows = "inferences";
    public const string Bodies = "inference_bodies";
    public const string Metadata = "inference_metadata";
    public const string Ledger = "ledger";

    /// <summary>The tables, and the column that holds a call's id.</summary>
    private static readonly (string Table, string Key)[] Tables = [(Rows, "id"), (Bodies, "id"), (Metadata, "inference_id"), (Ledger, "inference_id")];

    /// <summary>Makes what is missing up to the partition after the present one.</summary>
    public async Task MakeAheadAsync(DateOnly today, CancellationToken cancellationToken)
    {
        var days = options.Value.Days;
        foreach (var (table, key) in Tables)
        {
            await using var connection = await source.OpenConnectionAsync(cancellationToken);
            while (await FindMissingAsync(connection, table, today, days, cancellationToken) is { } next)
            {
                await MakeAsync(connection, next, key, cancellationToken);
            }
        }
    }

    /// <summary>A table's partitions, the oldest first.</summary>
    public async Task<IReadOnlyList<Partition>> ListAsync(string table, CancellationToken cancellationToken)
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        return await ListAsync(connection, table, cancellationToken);
    }

    /// <summary>Drops a partition with all that is in it, if another worker did not.</summary>
    public async Task DropAsync(Partition partition, CancellationToken cancellationToken)
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        await using var change = await PartitionChange.BeginAsync(connection, cancellationToken);
        if (!(await ListAsync(connection, partition.Table, cancellationToken)).Contains(partition))
        {
            return;
        }

        await change.RunAsync($"DROP TABLE {partition.Name}", cancellationToken);
        await change.CommitAsync(cancellationToken);
        logger.PartitionDropped(partition.Name);
    }

    private static async Task<Partition?> FindMissingAsync(
        NpgsqlConnection connection, string table, DateOnly today, int days, CancellationToken cancellationToken) =>
        await ListAsync(connection, table, cancellationToken) switch
        {
            [] => Partition.At(table, today, days),
            [.., var last] when last.Start <= today => last.Next(days),
            _ => null,
        };

    /// <summary>Makes a partition, if another worker did not.</summary>
    private async Task MakeAsync(NpgsqlConnection connection, Partition partition, string key, CancellationToken cancellationToken)
    {
        await using var change = await PartitionChange.BeginAsync(connection, cancellationToken);
        if ((await ListAsync(connection, partition.Table, cancellationToken)).Any(other => other.End > partition.Start))
        {
            return;
        }

        var (first, end) = ($"'{partition.FirstId}'", $"'{partition.EndId}'");
        // Attached, not made in place, which would lock the whole table against readers.
        await change.RunAsync(
            $"""
            LOCK TABLE {partition.Table}_default IN ACCESS EXCLUSIVE MODE;
            CREATE TABLE {partition.Name} (LIKE {partition.Table} INCLUDING ALL);
            WITH early AS (DELETE FROM {partition.Table}_default WHERE {key} >= {first} AND {key} < {end} RETURNING *)
            INSERT INTO {partition.Name} SELECT * FROM early;
            ALTER TABLE {partition.Table} ATTACH PARTITION {partition.Name} FOR VALUES FROM ({first}) TO ({end});
            """,
            cancellationToken);
        await change.CommitAsync(cancellationToken);
        logger.PartitionMade(partition.Name);
    }

    private static async Task<IReadOnlyList<Partition>> ListAsync(NpgsqlConnection connection, string table, CancellationToken cancellationToken)
    {
        const string Sql = """
            SELECT part.relname FROM pg_inherits JOIN pg_class part ON part.oid = inhrelid
            WHERE inhparent = $1::regclass ORDER BY part.relname
            """;
        await using var command = new NpgsqlCommand(Sql, connection) { Parameters = { new NpgsqlParameter<string> { TypedValue = table } } };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var partitions = new List<Partition>();
        while (await reader.ReadAsync(cancellationToken))
        {
            if (Partition.Parse(table, reader.GetString(0)) is { } partition)
            {
                partitions.Add(partition);
            }
        }

        return partitions;
    }
}

internal static partial class PartitionLog
{
    [LoggerMessage(1510, LogLevel.Information, "Made the partition {Partition}")]
    public static partial void PartitionMade(this ILogger logger, string partition);

    [LoggerMessage(1511, LogLevel.Information, "Dropped the partition {Partition}: its retention is over")]
    public static partial void PartitionDropped(this ILogger logger, string partition);
}
