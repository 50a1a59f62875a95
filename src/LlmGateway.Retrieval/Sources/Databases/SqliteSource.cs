using System.Data.Common;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using LlmGateway.Retrieval.Sources.Sql;
using LlmGateway.Service;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace LlmGateway.Retrieval.Sources.Databases;

/// <summary>
/// A file of SQLite, opened to be read only. SQLite asks <see cref="SqliteAuthorizer"/> for leave to read each column and to call
/// each function when it prepares a statement, and a handler stops it after its time.
/// </summary>
internal sealed class SqliteSource(string connectionString) : ISourceDatabase
{
    // https://www.sqlite.org/rescode.html
    private const int Interrupted = 9;
    private const int NotAuthorised = 23;
    private const int TooBig = 18;
    private const int CannotOpen = 14;
    private const int NoDatabase = 26;
    private const int Busy = 5;

    // https://www.sqlite.org/c3ref/c_limit_attached.html
    private const int LimitLength = 0;
    private const int LimitAttached = 7;

    private const int LimitLikePattern = 8;

    /// <summary>Longest pattern of LIKE and GLOB, whose time grows with the pattern's length times the text's.</summary>
    private const int MaxLikePattern = 1000;

    /// <summary>How many of its steps pass between two looks at the clock: a step may go through a whole value.</summary>
    private const int StepsBetweenLooks = 100;

    private readonly string _connectionString = new SqliteConnectionStringBuilder(connectionString) { Mode = SqliteOpenMode.ReadOnly, Pooling = false, DefaultTimeout = 1 }.ToString();

    public SqlDialect Dialect => SqlDialect.Sqlite;

    public Task<IReadOnlyList<SourceTable>> DescribeAsync(IReadOnlyList<TableRequest> tables, CancellationToken cancellationToken) => Task.Run(() => Describe(tables), cancellationToken);

    /// <summary>SQLite works in the thread that asks it.</summary>
    public Task<SqlRows> QueryAsync(SqlQuery query, CancellationToken cancellationToken) => Task.Run(() => RunAsync(query, cancellationToken), cancellationToken);

    private IReadOnlyList<SourceTable> Describe(IReadOnlyList<TableRequest> tables)
    {
        using var connection = Open();
        return [.. tables.Index().Select(entry => Describe(connection, entry.Item, $"tables[{entry.Index}]"))];
    }

    private static SourceTable Describe(SqliteConnection connection, TableRequest table, string param)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT name, type FROM pragma_table_xinfo($table, 'main') WHERE hidden <> 1 AND $table NOT LIKE 'sqlite~_%' ESCAPE '~' ORDER BY cid";
        command.Parameters.AddWithValue("$table", table.Name);
        using var reader = command.ExecuteReader();
        List<SourceColumn> columns = [];
        while (reader.Read())
        {
            columns.Add(new SourceColumn(reader.GetString(0), reader.GetString(1).ToLowerInvariant()));
        }

        return AllowedTables.Choose(table, param, SqlDialect.Sqlite.DefaultSchema, columns);
    }

    private async Task<SqlRows> RunAsync(SqlQuery query, CancellationToken cancellationToken)
    {
        await using var connection = Open();
        var authorizer = new SqliteAuthorizer(query.Tables, ReadNames(connection));
        var started = Stopwatch.GetTimestamp();
        var isLate = false;
        raw.sqlite3_limit(connection.Handle!, LimitLength, query.MaxBytes);
        raw.sqlite3_limit(connection.Handle!, LimitAttached, 0);
        raw.sqlite3_limit(connection.Handle!, LimitLikePattern, MaxLikePattern);
        raw.sqlite3_progress_handler(connection.Handle!, StepsBetweenLooks, _ => Stops() ? 1 : 0, null);
        raw.sqlite3_set_authorizer(connection.Handle!, authorizer.Decide, null);
        try
        {
            await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The statement was checked and is written anew.
            command.CommandText = query.Statement.ToSql(Dialect, query.Tables, query.MaxRows + 1);
#pragma warning restore CA2100
            foreach (var (name, value) in query.Statement.Parameters.Zip(query.Values))
            {
                command.Parameters.AddWithValue($":{name}", value ?? DBNull.Value);
            }

            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            return await RowWriter.WriteAsync(reader, query, TryWrite, cancellationToken);
        }
        catch (SqliteException exception)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw isLate ? query.TimedOut() : Explain(exception, authorizer, query);
        }

        bool Stops() => cancellationToken.IsCancellationRequested || (isLate |= Stopwatch.GetElapsedTime(started) > query.Timeout);
    }

    private static Exception Explain(SqliteException exception, SqliteAuthorizer authorizer, SqlQuery query) => exception.SqliteErrorCode switch
    {
        NotAuthorised => authorizer.Refusal ?? new SqlRefusal("table", "The query reads what the source does not allow."),
        Interrupted => query.TimedOut(),
        TooBig => new SqlRefusal("size", $"A value has more than {query.MaxBytes:N0} bytes."),
        Busy => Away(),
        _ => new SqlRefusal("syntax", $"SQLite cannot run the query: {Message(exception)}"),
    };

    // "SQLite Error 1: 'no such column: x'."
    private static string Message(SqliteException exception) =>
        exception.Message.IndexOf('\'', StringComparison.Ordinal) is var quote and > 0 ? $"{exception.Message[(quote + 1)..].TrimEnd('.').TrimEnd('\'')}." : "it is malformed.";

    private static bool TryWrite(DbDataReader reader, int index, Utf8JsonWriter json, int room)
    {
        switch (reader.GetValue(index))
        {
            case long integer:
                json.WriteNumberValue(integer);
                return true;
            case double number when double.IsFinite(number):
                json.WriteNumberValue(number);
                return true;
            case double number:
                json.WriteStringValue(number.ToString(CultureInfo.InvariantCulture));
                return true;
            case byte[] bytes when bytes.Length * 4L / 3 <= room:
                json.WriteBase64StringValue(bytes);
                return true;
            case string text when text.Length <= room:
                json.WriteStringValue(text);
                return true;
            default:
                return false;
        }
    }

    private static HashSet<string> ReadNames(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view')";
        using var reader = command.ExecuteReader();
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        while (reader.Read())
        {
            names.Add(reader.GetString(0));
        }

        return names;
    }

    private SqliteConnection Open()
    {
        var connection = new SqliteConnection(_connectionString);
        try
        {
            connection.Open();
            return connection;
        }
        catch (SqliteException exception) when (exception.SqliteErrorCode is CannotOpen or NoDatabase or Busy)
        {
            connection.Dispose();
            throw Away();
        }
    }

    private static ApiException Away() => new(SourceErrors.Away());
}
