using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace LlmGateway.Datasets.Storage;

/// <summary>
/// A prepared statement that is bound and run again and again. Values go to SQLite as they are: ADO.NET's named, boxed
/// parameters cost more than the insert itself.
/// </summary>
internal sealed class SqliteStatement : IDisposable
{
    private const int IdBytes = 16;

    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _statement;
    private byte[] _text = new byte[256];
    private int _bound;

    /// <exception cref="SqliteException">The SQL does not fit the database.</exception>
    public SqliteStatement(SqliteConnection connection, string sql)
    {
        _database = connection.Handle!;
        Check(raw.sqlite3_prepare_v3(_database, sql, raw.SQLITE_PREPARE_PERSISTENT, out _statement));
    }

    /// <summary>Binds the next parameter.</summary>
    public SqliteStatement Add(string? value)
    {
        if (value is null)
        {
            return AddNull();
        }

        if (Encoding.UTF8.GetMaxByteCount(value.Length) > _text.Length)
        {
            _text = new byte[Encoding.UTF8.GetMaxByteCount(value.Length)];
        }

        return AddText(_text.AsSpan(0, Encoding.UTF8.GetBytes(value, _text)));
    }

    /// <summary>Binds UTF-8 text to the next parameter.</summary>
    public SqliteStatement AddText(ReadOnlySpan<byte> utf8)
    {
        // An empty span has no address, which SQLite would take for NULL.
        Check(utf8.IsEmpty ? raw.sqlite3_bind_text(_statement, ++_bound, "") : raw.sqlite3_bind_text(_statement, ++_bound, utf8));
        return this;
    }

    /// <inheritdoc cref="Add(string)"/>
    public SqliteStatement Add(long? value)
    {
        if (value is not { } number)
        {
            return AddNull();
        }

        Check(raw.sqlite3_bind_int64(_statement, ++_bound, number));
        return this;
    }

    /// <inheritdoc cref="Add(string)"/>
    public SqliteStatement Add(bool value) => Add(value ? 1L : 0L);

    /// <summary>Binds bytes to the next parameter; SQLite copies them.</summary>
    public SqliteStatement AddBlob(ReadOnlySpan<byte> value)
    {
        Check(raw.sqlite3_bind_blob(_statement, ++_bound, value));
        return this;
    }

    /// <summary>Binds an id, as its bytes in the order in which it is written.</summary>
    public SqliteStatement Add(Guid? value)
    {
        if (value is not { } id)
        {
            return AddNull();
        }

        Span<byte> bytes = stackalloc byte[IdBytes];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        return AddBlob(bytes);
    }

    /// <summary>Runs it with what was bound, and makes it ready for the next time.</summary>
    /// <returns>How many rows it changed.</returns>
    /// <exception cref="SqliteException">It failed.</exception>
    public int Run()
    {
        _bound = 0;
        var result = raw.sqlite3_step(_statement);
        var changes = raw.sqlite3_changes(_database);
        // The reset repeats the step's error, which is thrown already.
        _ = raw.sqlite3_reset(_statement);
        Check(result == raw.SQLITE_DONE ? raw.SQLITE_OK : result);
        return changes;
    }

    public void Dispose() => _statement.Dispose();

    private SqliteStatement AddNull()
    {
        Check(raw.sqlite3_bind_null(_statement, ++_bound));
        return this;
    }

    private void Check(int result) => SqliteException.ThrowExceptionForRC(result, _database);
}
