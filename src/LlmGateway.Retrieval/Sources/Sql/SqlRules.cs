using System.Collections.Frozen;

namespace LlmGateway.Retrieval.Sources.Sql;

/// <summary>
/// What a query may say. The database would refuse most of the rest itself (see <see cref="Databases.ISourceDatabase"/>); here it is
/// refused before it gets there, with a word that helps.
/// </summary>
internal sealed class SqlRules
{
    private const int MaxTokens = 4000;
    private const int MaxDepth = 64;

    private static readonly FrozenSet<string> Writing = FrozenSet.ToFrozenSet(
    [
        "insert", "update", "delete", "merge", "into", "create", "alter", "drop", "truncate", "grant", "revoke", "copy", "attach", "detach", "pragma",
        "vacuum", "reindex", "analyze", "call", "execute", "lock", "listen", "notify", "refresh",
    ]);

    private static readonly string[] HiddenPrefixes = ["pg_", "sqlite_", "pragma_"];

    private readonly IReadOnlyList<SqlToken> _tokens;
    private readonly SqlDialect _dialect;
    private readonly IReadOnlyList<SourceTable> _tables;

    private SqlRules(IReadOnlyList<SqlToken> tokens, SqlDialect dialect, IReadOnlyList<SourceTable> tables) =>
        (_tokens, _dialect, _tables) = (tokens, dialect, tables);

    /// <exception cref="SqlRefusal">It breaks a rule.</exception>
    public static void Check(IReadOnlyList<SqlToken> tokens, SqlDialect dialect, IReadOnlyList<SourceTable> tables)
    {
        var rules = new SqlRules(tokens, dialect, tables);
        rules.CheckShape();
        for (var index = 0; index < tokens.Count; index++)
        {
            rules.CheckWord(index);
            rules.CheckQualified(index);
            rules.CheckCall(index);
            rules.CheckDefinition(index);
        }
    }

    /// <summary>One select whose parentheses close: it cannot leave those that it is put in.</summary>
    private void CheckShape()
    {
        if (_tokens.Count is 0 or > MaxTokens)
        {
            throw new SqlRefusal("syntax", $"Expected a SELECT statement of at most {MaxTokens:N0} words.");
        }

        if (!_tokens[0].Is("select") && !_tokens[0].Is("with"))
        {
            throw new SqlRefusal("not_select", "Only a SELECT statement may be asked, which may begin with WITH.");
        }

        var depth = 0;
        foreach (var token in _tokens)
        {
            depth += token.Is("(") ? 1 : token.Is(")") ? -1 : 0;
            if (depth is < 0 or > MaxDepth)
            {
                throw new SqlRefusal("syntax", depth < 0 ? "A parenthesis closes that was not opened." : $"Parentheses are nested more than {MaxDepth} deep.");
            }

            if (token.Is(";"))
            {
                throw new SqlRefusal("several_statements", "Only one statement may be asked at a time.");
            }
        }

        if (depth != 0)
        {
            throw new SqlRefusal("syntax", "A parenthesis does not close.");
        }
    }

    private void CheckWord(int index)
    {
        var token = _tokens[index];
        if (token.IsWord(Writing) && !At(index - 1).Is("."))
        {
            throw new SqlRefusal("writes", $"'{token.Text.ToUpperInvariant()}' may not stand in a query: the source is only read. A column of that name goes in double quotes.");
        }

        if (token.IsName && Array.Exists(HiddenPrefixes, prefix => token.Name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)))
        {
            throw NoTable(token.Text, _tables);
        }
    }

    /// <summary>A schema's name would lead round the subqueries that stand for the tables.</summary>
    private void CheckQualified(int index)
    {
        if (!_tokens[index].IsName || !At(index + 1).Is("."))
        {
            return;
        }

        var name = _tokens[index].Name;
        var isSchema = _dialect.Schemas.Contains(name.ToLowerInvariant()) || _tables.Any(table => table.Schema.Equals(name, StringComparison.OrdinalIgnoreCase));
        if (isSchema || (At(index + 2).IsName && At(index + 3).Is(".")))
        {
            throw new SqlRefusal("table", $"Name tables without their schema: '{name}' may not stand before a dot. {KnownTables(_tables)}");
        }
    }

    /// <summary>The same for the schemas that a database turns out to have.</summary>
    /// <exception cref="SqlRefusal">One of them stands before a dot.</exception>
    public static void RefuseQualifiers(IReadOnlyList<SqlToken> tokens, IEnumerable<string> schemas)
    {
        var known = schemas.ToHashSet(StringComparer.OrdinalIgnoreCase);
        for (var index = 0; index + 1 < tokens.Count; index++)
        {
            if (tokens[index].IsName && tokens[index + 1].Is(".") && known.Contains(tokens[index].Name))
            {
                throw new SqlRefusal("table", $"Name tables without their schema: '{tokens[index].Name}' may not stand before a dot.");
            }
        }
    }

    private void CheckCall(int index)
    {
        var token = _tokens[index];
        if (!At(index + 1).Is("(") || !token.IsName || token.IsWord(SqlDialect.Keywords))
        {
            return;
        }

        var isFunction = token.IsWord(_dialect.Functions) && !At(index - 1).Is(".");
        var isAlias = At(index - 1).Is("as") || (At(index - 1).Is(")") && CanBeNamed(index - 1));
        if (!isFunction && !isAlias && !IsDefinition(index))
        {
            throw new SqlRefusal("function", $"The function '{token.Text}' may not be called.");
        }
    }

    /// <summary>
    /// Whether what ends there is a subquery or a call, behind which a name with columns may stand. Behind other parentheses, those of
    /// DISTINCT ON for one, it would be a call.
    /// </summary>
    private bool CanBeNamed(int close)
    {
        var depth = 0;
        for (var index = close; index >= 0; index--)
        {
            depth += At(index).Is(")") ? 1 : At(index).Is("(") ? -1 : 0;
            if (depth == 0)
            {
                var (before, first) = (At(index - 1), At(index + 1));
                return first.Is("select") || first.Is("with") || first.Is("values") || (before.IsName && !before.IsWord(SqlDialect.Keywords));
            }
        }

        return false;
    }

    /// <summary>A subquery by the name of a table would pass for that table.</summary>
    private void CheckDefinition(int index)
    {
        var token = _tokens[index];
        if ((token.IsName || token.Kind == SqlTokenKind.Text) && FindTable(token.Name) is { } table && (At(index + 1).Is("(") || IsNamed(index + 1)))
        {
            throw new SqlRefusal("table", $"'{table}' is one of the source's tables: give the subquery another name.");
        }
    }

    /// <summary>Whether it is <c>name (columns) AS (SELECT …)</c> behind WITH. A call with a list of columns has no select there.</summary>
    private bool IsDefinition(int index)
    {
        if (!At(index - 1).Is("with") && !At(index - 1).Is("recursive") && !At(index - 1).Is(","))
        {
            return false;
        }

        var end = index + 2;
        while (end < _tokens.Count && !_tokens[end].Is(")"))
        {
            end++;
        }

        return IsNamed(end + 1) && (BodyOf(end + 1).Is("select") || BodyOf(end + 1).Is("with") || BodyOf(end + 1).Is("values"));
    }

    /// <summary>Whether <c>AS [[NOT] MATERIALIZED] (</c> stands there.</summary>
    private bool IsNamed(int index) => At(index).Is("as") && BodyOf(index) != default;

    /// <summary>What stands first in the parentheses behind an AS; nothing where there are none.</summary>
    private SqlToken BodyOf(int index)
    {
        var open = index + 1;
        while (At(open).Is("not") || At(open).Is("materialized"))
        {
            open++;
        }

        return At(open).Is("(") ? At(open + 1) : default;
    }

    private SqlToken At(int index) => index >= 0 && index < _tokens.Count ? _tokens[index] : default;

    private string? FindTable(string name) => _tables.FirstOrDefault(table => table.Name.Equals(name, StringComparison.OrdinalIgnoreCase))?.Name;

    public static SqlRefusal NoTable(string name, IReadOnlyList<SourceTable> tables) =>
        new("table", $"The source has no table {name}. {KnownTables(tables)}");

    public static string KnownTables(IReadOnlyList<SourceTable> tables) => $"Its tables: {string.Join(", ", tables.Select(table => table.Name))}.";
}
