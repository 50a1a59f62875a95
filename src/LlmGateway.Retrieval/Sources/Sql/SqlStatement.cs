using System.Text;

namespace LlmGateway.Retrieval.Sources.Sql;

/// <summary>
/// A checked query and the statement that is run in its stead. Before it stand the source's tables as subqueries of their allowed
/// columns under their own names, so that a name in the query, and a star, mean these and nothing else; round it stands a select
/// that bounds its rows, where no statement that writes can stand.
/// </summary>
internal sealed class SqlStatement
{
    private const int MaxLoggedLength = 500;
    private readonly IReadOnlyList<SqlToken> _tokens;

    private SqlStatement(IReadOnlyList<SqlToken> tokens)
    {
        _tokens = tokens;
        Parameters = [.. tokens.Where(token => token.Kind == SqlTokenKind.Parameter).Select(token => token.Name).Distinct(StringComparer.Ordinal)];
    }

    /// <summary>The parameters' names in the order of their first use.</summary>
    public List<string> Parameters { get; }

    /// <exception cref="SqlRefusal">It may not be run.</exception>
    public static SqlStatement Check(string sql, SqlDialect dialect, IReadOnlyList<SourceTable> tables)
    {
        var tokens = SqlLexer.Read(sql, dialect);
        while (tokens is [.., var last] && last.Is(";"))
        {
            tokens.RemoveAt(tokens.Count - 1);
        }

        SqlRules.Check(tokens, dialect, tables);
        return new SqlStatement(tokens);
    }

    /// <summary>Refuses names of schemas, which would lead round the source's tables.</summary>
    /// <exception cref="SqlRefusal">One stands before a dot.</exception>
    public void RefuseQualifiers(IEnumerable<string> schemas) => SqlRules.RefuseQualifiers(_tokens, schemas);

    /// <summary>Writes the statement that is run.</summary>
    /// <param name="dialect">The database's.</param>
    /// <param name="tables">The source's tables.</param>
    /// <param name="rows">Most rows that come.</param>
    public string ToSql(SqlDialect dialect, IReadOnlyList<SourceTable> tables, int rows)
    {
        var sql = new StringBuilder("WITH ");
        sql.AppendJoin(",\n", tables.Select(table =>
            $"{Quote(table.Name)} AS NOT MATERIALIZED (SELECT {string.Join(", ", table.Columns.Select(column => Quote(column.Name)))} FROM {Quote(table.Schema)}.{Quote(table.Name)})"));
        sql.Append("\nSELECT * FROM (");
        foreach (var token in _tokens)
        {
            sql.Append(token.IsApart ? " " : "");
            sql.Append(token.Kind == SqlTokenKind.Parameter && dialect.HasCasts ? $"${Parameters.IndexOf(token.Name) + 1}" : token.Text);
        }

        return sql.Append(System.Globalization.CultureInfo.InvariantCulture, $"\n) AS source_rows LIMIT {rows}").ToString();
    }

    /// <summary>The statement as a log may hold it: without a value, and without what was quoted.</summary>
    public static string Describe(string sql, SqlDialect dialect)
    {
        try
        {
            var shape = string.Join(' ', SqlLexer.Read(sql, dialect).Select(token => token.Kind switch
            {
                SqlTokenKind.Text or SqlTokenKind.Number => "?",
                SqlTokenKind.QuotedName => "\"?\"",
                _ => token.Text,
            }));
            return shape.Length > MaxLoggedLength ? shape[..MaxLoggedLength] : shape;
        }
        catch (SqlRefusal)
        {
            return "(unreadable)";
        }
    }

    public static string Quote(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
