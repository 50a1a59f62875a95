using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;

namespace LlmGateway.Service;

/// <summary>Applies migrations to PostgreSQL.</summary>
internal static class PostgresMigration
{
    /// <summary>Any number, the same in every process: each service has a database of its own, and such a lock is a database's.</summary>
    private const long LockId = 0x6C6C6D6777;

    // https://www.postgresql.org/docs/current/errcodes-appendix.html
    private const string DuplicateDatabase = "42P04";
    private const string UniqueViolation = "23505";

    /// <summary>Makes the database if it is not there, and migrates it while holding an advisory lock: one process at a time.</summary>
    public static async Task MigrateAsync(
        DbContext context, Func<DbConnection, CancellationToken, Task>? migrated, CancellationToken cancellationToken)
    {
        await CreateDatabaseAsync(context, cancellationToken);
        await context.Database.OpenConnectionAsync(cancellationToken);
        try
        {
            await context.Database.ExecuteSqlAsync($"SELECT pg_advisory_lock({LockId})", cancellationToken);
            await context.Database.MigrateAsync(cancellationToken);
            if (migrated is not null)
            {
                await migrated(context.Database.GetDbConnection(), cancellationToken);
            }
        }
        finally
        {
            await UnlockAsync(context);
        }
    }

    /// <summary>A closed connection goes to the pool with its locks, and only its next use would let go of them.</summary>
    private static async Task UnlockAsync(DbContext context)
    {
        try
        {
            await context.Database.ExecuteSqlAsync($"SELECT pg_advisory_unlock({LockId})", CancellationToken.None);
        }
        catch (DbException)
        {
            // The connection broke, and the lock ended with it. What broke it is on its way to the caller.
        }
        finally
        {
            await context.Database.CloseConnectionAsync();
        }
    }

    private static async Task CreateDatabaseAsync(DbContext context, CancellationToken cancellationToken)
    {
        var creator = context.GetService<IRelationalDatabaseCreator>();
        if (await creator.ExistsAsync(cancellationToken))
        {
            return;
        }

        try
        {
            await creator.CreateAsync(cancellationToken);
        }
        catch (DbException exception) when (exception.SqlState is DuplicateDatabase or UniqueViolation)
        {
            // Another process was faster.
        }
    }
}
