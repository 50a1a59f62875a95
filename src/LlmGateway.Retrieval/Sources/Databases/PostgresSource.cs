using System.Globalization;
using LlmGateway.Retrieval.Sources.Sql;
using LlmGateway.Service;
using Npgsql;
using NpgsqlTypes;

namespace LlmGateway.Retrieval.Sources.Databases;

/// <summary>
/// A database of PostgreSQL. Each query has a transaction of its own that can only read, finds no schema but the system's by an
/// unqualified name, stops after its time, and is planned before it runs: by then the server holds a lock on each relation that the
/// statement reads, and all of these must be the source's.
/// </summary>
internal sealed class PostgresSource : ISourceDatabase, IAsyncDisposable
{
    /// <summary>How much longer than the server this side waits before it gives up.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    private readonly NpgsqlDataSource _source;

    /// <param name="connectionString">The database.</param>
    /// <param name="connections">Most connections that are held.</param>
    public PostgresSource(string connectionString, int connections)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString) { MaxPoolSize = connections, CommandTimeout = 0, ApplicationName = "llmgateway sources" };
        _source = NpgsqlDataSource.Create(settings);
    }

    public SqlDialect Dialect => SqlDialect.Postgres;

    public ValueTask DisposeAsync() => _source.DisposeAsync();

    public async Task<IReadOnlyList<SourceTable>> DescribeAsync(IReadOnlyList<TableRequest> tables, CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await _source.OpenConnectionAsync(cancellationToken);
            List<SourceTable> described = [];
            foreach (var (index, table) in tables.Index())
            {
                var schema = table.Schema ?? Dialect.DefaultSchema;
                described.Add(AllowedTables.Choose(table, $"tables[{index}]", schema, await ReadColumnsAsync(connection, schema, table.ShortName, cancellationToken)));
            }

            return described;
        }
        catch (NpgsqlException exception) when (exception is not PostgresException || StoreErrors.IsAway(exception))
        {
            throw new ApiException(SourceErrors.Away());
        }
    }

    public async Task<SqlRows> QueryAsync(SqlQuery query, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(query.Timeout + Grace);
        try
        {
            await using var connection = await _source.OpenConnectionAsync(limit.Token);
            await using var transaction = await connection.BeginTransactionAsync(limit.Token);
            await RestrictAsync(connection, query, limit.Token);
            await using var command = Command(connection, query);
            await PlanAsync(command, limit.Token);
            await CheckRelationsAsync(connection, query, limit.Token);
            SqlRows rows;
            await using (var reader = await command.ExecuteReaderAsync(System.Data.CommandBehavior.SequentialAccess, limit.Token))
            {
                rows = await RowWriter.WriteAsync(reader, query, PostgresValues.TryWrite, limit.Token);
            }

            // Once more: what a function reads, it locks only as it runs.
            await CheckRelationsAsync(connection, query, limit.Token);
            return rows;
        }
        catch (PostgresException exception) when (!StoreErrors.IsAway(exception) || exception.SqlState == PostgresErrorCodes.QueryCanceled)
        {
            throw Explain(exception, query);
        }
        catch (NpgsqlException)
        {
            throw new ApiException(SourceErrors.Away());
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw query.TimedOut();
        }
    }

    /// <summary>All for this transaction alone; the first statement in it, because no later one could make it read only.</summary>
    private static async Task RestrictAsync(NpgsqlConnection connection, SqlQuery query, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(new NpgsqlBatchCommand("SET TRANSACTION READ ONLY"));
        var timeout = new NpgsqlBatchCommand("""
            SELECT set_config('statement_timeout', $1, true), set_config('lock_timeout', $1, true), set_config('search_path', '', true),
                   set_config('standard_conforming_strings', 'on', true), set_config('datestyle', 'ISO, YMD', true), set_config('timezone', 'UTC', true),
                   set_config('intervalstyle', 'iso_8601', true), set_config('bytea_output', 'hex', true), set_config('work_mem', '16MB', true)
            """);
        timeout.Parameters.Add(new NpgsqlParameter { Value = query.Timeout.TotalMilliseconds.ToString("F0", CultureInfo.InvariantCulture), NpgsqlDbType = NpgsqlDbType.Text });
        batch.BatchCommands.Add(timeout);
        batch.BatchCommands.Add(new NpgsqlBatchCommand("SELECT nspname FROM pg_catalog.pg_namespace"));
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        await reader.NextResultAsync(cancellationToken);
        List<string> schemas = [];
        while (await reader.ReadAsync(cancellationToken))
        {
            schemas.Add(reader.GetString(0));
        }

        query.Statement.RefuseQualifiers(schemas);
    }

    /// <summary>Parameters by their place: so the text goes to the server as one statement, which refuses two.</summary>
    private NpgsqlCommand Command(NpgsqlConnection connection, SqlQuery query)
    {
#pragma warning disable CA2100 // The statement was checked and is written anew.
        var command = new NpgsqlCommand(query.Statement.ToSql(Dialect, query.Tables, query.MaxRows + 1), connection) { AllResultTypesAreUnknown = true };
#pragma warning restore CA2100
        foreach (var value in query.Values)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value ?? DBNull.Value, NpgsqlDbType = TypeOf(value) });
        }

        return command;
    }

    /// <summary>A text's type is what the statement needs in its place, a date for one.</summary>
    private static NpgsqlDbType TypeOf(object? value) => value switch
    {
        long => NpgsqlDbType.Bigint,
        decimal => NpgsqlDbType.Numeric,
        bool => NpgsqlDbType.Boolean,
        _ => NpgsqlDbType.Unknown,
    };

    private static async Task PlanAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        var statement = command.CommandText;
        command.CommandText = $"EXPLAIN (FORMAT JSON) {statement}";
        await command.ExecuteNonQueryAsync(cancellationToken);
        command.CommandText = statement;
    }

    /// <summary>Views and partitioned tables lock what they are made of; it counts as theirs.</summary>
    private static async Task CheckRelationsAsync(NpgsqlConnection connection, SqlQuery query, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            WITH RECURSIVE allowed (oid) AS (
                SELECT c.oid FROM unnest($1, $2) AS t (schema, name)
                JOIN pg_namespace n ON n.nspname = t.schema JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = t.name
                UNION
                SELECT part.oid FROM allowed a CROSS JOIN LATERAL (
                    SELECT d.refobjid FROM pg_rewrite r JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid AND d.refclassid = 'pg_class'::regclass
                    WHERE r.ev_class = a.oid
                    UNION ALL
                    SELECT i.inhrelid FROM pg_inherits i WHERE i.inhparent = a.oid) AS part (oid))
            SELECT c.relname FROM pg_locks l JOIN pg_class c ON c.oid = l.relation JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE l.pid = pg_backend_pid() AND l.locktype = 'relation' AND c.relkind IN ('r', 'v', 'm', 'p', 'f')
              AND n.nspname NOT IN ('pg_catalog', 'pg_toast') AND c.oid NOT IN (SELECT oid FROM allowed)
            LIMIT 1
            """,
            connection);
        command.Parameters.Add(new NpgsqlParameter { Value = query.Tables.Select(table => table.Schema).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text });
        command.Parameters.Add(new NpgsqlParameter { Value = query.Tables.Select(table => table.Name).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text });
        if (await command.ExecuteScalarAsync(cancellationToken) is string other)
        {
            throw SqlRules.NoTable(other, query.Tables);
        }
    }

    private static async Task<IReadOnlyList<SourceColumn>> ReadColumnsAsync(NpgsqlConnection connection, string schema, string table, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            SELECT a.attname, format_type(a.atttypid, a.atttypmod) FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname = $1 AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND c.relname = $2 AND c.relkind IN ('r', 'v', 'm', 'p', 'f')
              AND a.attnum > 0 AND NOT a.attisdropped AND has_column_privilege(c.oid, a.attnum, 'SELECT')
            ORDER BY a.attnum
            """,
            connection);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = schema });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = table });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        List<SourceColumn> columns = [];
        while (await reader.ReadAsync(cancellationToken))
        {
            columns.Add(new SourceColumn(reader.GetString(0), reader.GetString(1)));
        }

        return columns;
    }

    private static SqlRefusal Explain(PostgresException exception, SqlQuery query) => exception.SqlState switch
    {
        PostgresErrorCodes.QueryCanceled or PostgresErrorCodes.LockNotAvailable => query.TimedOut(),
        PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InsufficientPrivilege => new SqlRefusal("table", $"{exception.MessageText}. {SqlRules.KnownTables(query.Tables)}"),
        PostgresErrorCodes.ReadOnlySqlTransaction => new SqlRefusal("writes", "The source is only read."),
        _ => new SqlRefusal("syntax", $"PostgreSQL cannot run the query: {exception.MessageText}."),
    };
}
