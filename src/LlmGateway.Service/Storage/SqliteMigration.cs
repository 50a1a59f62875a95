using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Service;

/// <summary>Applies migrations to an embedded database.</summary>
internal static class SqliteMigration
{
    /// <summary>
    /// Migrates while holding a lock file beside the database. A process that was killed inside
    /// <c>Migrate()</c> leaves EF's lock row behind and the next start would wait for it for ever; whoever holds the
    /// file lock knows that no one else is migrating, and clears it.
    /// </summary>
    public static async Task MigrateAsync(DbContext context, CancellationToken cancellationToken)
    {
        var path = Path.GetFullPath(context.Database.GetDbConnection().DataSource);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using var guard = await AcquireAsync(path + ".migrating", cancellationToken);
        var locked = await context.Database
            .SqlQueryRaw<int>("SELECT COUNT(*) AS Value FROM sqlite_master WHERE type = 'table' AND name = '__EFMigrationsLock'")
            .SingleAsync(cancellationToken);
        if (locked > 0)
        {
            await context.Database.ExecuteSqlRawAsync("DELETE FROM __EFMigrationsLock", cancellationToken);
        }

        await context.Database.MigrateAsync(cancellationToken);
        await context.Database.ExecuteSqlRawAsync("PRAGMA journal_mode = WAL", cancellationToken);
    }

    private static async Task<FileStream> AcquireAsync(string path, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (!cancellationToken.IsCancellationRequested)
            {
                await Task.Delay(50, cancellationToken);
            }
        }
    }
}
