using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace LlmGateway.Service;

/// <summary>
/// Settings that SQLite keeps for a connection and not in its file. With a write-ahead log, NORMAL survives the death of
/// the process; FULL would add a wait for the disk to each commit.
/// </summary>
public sealed class SqliteConnectionSettings : DbConnectionInterceptor
{
    private const string Pragmas = "PRAGMA busy_timeout = 5000; PRAGMA synchronous = NORMAL;";

    /// <summary>
    /// 16 MB of cache, because body ids come in no order and so touch many pages of their index, and the log folded into
    /// the file every 16 MB: pages that each batch changes are copied once for several batches.
    /// </summary>
    private const string WritingPragmas = "PRAGMA cache_size = -16384; PRAGMA wal_autocheckpoint = 4096;";

    /// <summary>Settings of the connection that inserts.</summary>
    public static void ApplyForWriting(DbConnection connection)
    {
        Execute(connection, Pragmas);
        Execute(connection, WritingPragmas);
    }

    public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData) => Execute(connection, Pragmas);

    public override Task ConnectionOpenedAsync(DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        Execute(connection, Pragmas);
        return Task.CompletedTask;
    }

    private static void Execute(DbConnection connection, string pragmas)
    {
        using var command = connection.CreateCommand();
        // The two constants above.
#pragma warning disable CA2100
        command.CommandText = pragmas;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }
}
