using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace LlmGateway.Datasets.Storage;

/// <summary>
/// Settings that SQLite keeps for a connection and not in its file. With a write-ahead log, NORMAL survives the death of
/// the process; FULL would add a wait for the disk to each commit.
/// </summary>
internal sealed class SqliteConnectionSettings : DbConnectionInterceptor
{
    private const string Pragmas = "PRAGMA busy_timeout = 5000; PRAGMA synchronous = NORMAL;";

    public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData) => Apply(connection);

    public override Task ConnectionOpenedAsync(DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        Apply(connection);
        return Task.CompletedTask;
    }

    private static void Apply(DbConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = Pragmas;
        command.ExecuteNonQuery();
    }
}
