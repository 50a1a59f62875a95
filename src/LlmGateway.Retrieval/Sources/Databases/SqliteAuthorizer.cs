using LlmGateway.Retrieval.Sources.Sql;
using SQLitePCL;

namespace LlmGateway.Retrieval.Sources.Databases;

/// <summary>
/// Answers SQLite, which asks for each thing that a statement would do. What is not listed is denied.
/// See <see href="https://www.sqlite.org/c3ref/set_authorizer.html"/>.
/// </summary>
/// <param name="tables">What may be read.</param>
/// <param name="names">The tables and views that are there.</param>
internal sealed class SqliteAuthorizer(IReadOnlyList<SourceTable> tables, IReadOnlySet<string> names)
{
    // https://www.sqlite.org/c3ref/c_alter_table.html
    private const int Read = 20;
    private const int Select = 21;
    private const int Function = 31;
    private const int Recursive = 33;
    private const int Granted = 0;
    private const int Denied = 1;

    /// <summary>What operators call, and what SQLite puts for words.</summary>
    private static readonly HashSet<string> Operators = ["->", "->>", "current_date", "current_time", "current_timestamp", "likely", "unlikely"];

    private readonly HashSet<(string Table, string Column)> _columns = [.. tables.SelectMany(table => table.Columns.Select(column => (Fold(table.Name), Fold(column.Name))))];
    private readonly HashSet<string> _tables = [.. tables.Select(table => Fold(table.Name))];

    /// <summary>Why something was denied; null when nothing was.</summary>
    public SqlRefusal? Refusal { get; private set; }

    public int Decide(object data, int action, utf8z first, utf8z second, utf8z database, utf8z within)
    {
        Refusal ??= Check(action, first.utf8_to_string() ?? "", second.utf8_to_string() ?? "", database.utf8_to_string(), within.utf8_to_string());
        return Refusal is null ? Granted : Denied;
    }

    private SqlRefusal? Check(int action, string first, string second, string? database, string? within) => action switch
    {
        Select or Recursive => null,
        Read => MayRead(first, second, database, within) ? null : SqlRules.NoTable(second.Length > 0 && _tables.Contains(Fold(first)) ? $"column {first}.{second}" : first, tables),
        Function => SqlDialect.Sqlite.Functions.Contains(Fold(second)) || Operators.Contains(Fold(second)) ? null : new SqlRefusal("function", $"The function '{second}' may not be called."),
        _ => new SqlRefusal("writes", "The source is only read."),
    };

    /// <summary>
    /// A view that is allowed reads what it is made of. A table without one of its columns is a table that is only counted, or a
    /// subquery of the statement, whose name is then none of the database's.
    /// </summary>
    private bool MayRead(string table, string column, string? database, string? within) =>
        database is null or "main"
        && (column.Length > 0
            ? _columns.Contains((Fold(table), Fold(column))) || (within is not null && _tables.Contains(Fold(within)) && !_tables.Contains(Fold(table)))
            : _tables.Contains(Fold(table)) || (!names.Contains(table) && !IsInner(table)) || (within is not null && _tables.Contains(Fold(within))));

    /// <summary>Whether it is one of SQLite's own tables.</summary>
    private static bool IsInner(string table) =>
        table.StartsWith("sqlite_", StringComparison.OrdinalIgnoreCase) || table.StartsWith("pragma_", StringComparison.OrdinalIgnoreCase);

    private static string Fold(string name) => name.ToLowerInvariant();
}
