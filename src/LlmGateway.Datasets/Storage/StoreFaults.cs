using System.Data.Common;
using LlmGateway.Service;
using Microsoft.AspNetCore.Http;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace LlmGateway.Datasets.Storage;

/// <summary>Answers 503 with <c>Retry-After</c> while the store is busy or away.</summary>
internal sealed class StoreFaults : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            return await next(context);
        }
        catch (Exception exception) when (IsTransient(exception) || IsTransient(exception.InnerException))
        {
            return ApiErrors.StoreUnavailable();
        }
    }

    /// <summary>
    /// BUSY, LOCKED, IOERR, FULL and CANTOPEN of https://www.sqlite.org/rescode.html; for PostgreSQL see
    /// <see cref="StoreErrors"/>. No row of ours is checked for its values: a check that fails is that of the default
    /// partition, on a row whose own partition was made in this moment.
    /// </summary>
    internal static bool IsTransient(Exception? exception) => exception switch
    {
        SqliteException sqlite => sqlite.SqliteErrorCode is 5 or 6 or 10 or 13 or 14,
        PostgresException { SqlState: PostgresErrorCodes.CheckViolation } => true,
        DbException database => StoreErrors.IsAway(database),
        _ => false,
    };

    /// <summary>
    /// SQLite's TOOBIG, CONSTRAINT and MISMATCH, PostgreSQL's classes 22, 23 and 54 (a value too long for its index): the
    /// same rows will never be taken.
    /// </summary>
    internal static bool IsOfTheData(Exception exception) => !IsTransient(exception)
        && (exception is SqliteException { SqliteErrorCode: 18 or 19 or 20 }
            or PostgresException { SqlState: ['2', '2' or '3', ..] or ['5', '4', ..] });
}
