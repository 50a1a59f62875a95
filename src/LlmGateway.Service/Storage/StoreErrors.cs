using System.Data.Common;

namespace LlmGateway.Service;

/// <summary>Tells a store's failure from a mistake of ours.</summary>
public static class StoreErrors
{
    /// <summary>Whether a database said it, itself or through EF Core, which wraps what it believes to be transient.</summary>
    public static bool IsOfStore(Exception exception) =>
        exception is DbException or InvalidOperationException { InnerException: DbException };

    /// <summary>Whether a server is away, being stopped (PostgreSQL's class 57P) or busy: the same call may succeed later.</summary>
    public static bool IsAway(Exception exception) =>
        (exception as DbException ?? exception.InnerException as DbException) is { } database
        && (database.IsTransient || database.SqlState?.StartsWith("57P", StringComparison.Ordinal) == true);
}
