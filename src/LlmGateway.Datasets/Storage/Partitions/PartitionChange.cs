using Npgsql;

namespace LlmGateway.Datasets.Storage.Partitions;

/// <summary>A transaction that changes partitions; one at a time in a database, and patient with nobody.</summary>
internal sealed class PartitionChange : IAsyncDisposable
{
    /// <summary>Any number, the same in every worker.</summary>
    private const long LockId = 0x6C6C6D67770001;

    private readonly NpgsqlTransaction _transaction;

    private PartitionChange(NpgsqlTransaction transaction) => _transaction = transaction;

    /// <exception cref="PostgresException">Somebody else was at it for too long.</exception>
    public static async Task<PartitionChange> BeginAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var change = new PartitionChange(await connection.BeginTransactionAsync(cancellationToken));
        try
        {
            // Who waits for a table makes all others wait behind him: a long query must not stop the log.
            await change.RunAsync($"SET LOCAL lock_timeout = '2s'; SELECT pg_advisory_xact_lock({LockId})", cancellationToken);
            return change;
        }
        catch
        {
            await change.DisposeAsync();
            throw;
        }
    }

    /// <param name="sql">Statements made of names and ids of our own.</param>
    /// <param name="cancellationToken">Rolls back.</param>
    public async Task RunAsync(string sql, CancellationToken cancellationToken)
    {
#pragma warning disable CA2100 // A table's name cannot be a parameter.
        await using var command = new NpgsqlCommand(sql, _transaction.Connection);
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public Task CommitAsync(CancellationToken cancellationToken) => _transaction.CommitAsync(cancellationToken);

    /// <summary>Rolls back what is not committed.</summary>
    public ValueTask DisposeAsync() => _transaction.DisposeAsync();
}
