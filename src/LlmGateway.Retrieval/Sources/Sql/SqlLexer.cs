using System.Text;
using System.Text.RegularExpressions;

namespace LlmGateway.Retrieval.Sources.Sql;

/// <summary>
/// Cuts a statement into tokens that PostgreSQL and SQLite cut in the same way. What only one of them knows, or what their versions
/// read differently (dollar quotes, escapes in texts, names in brackets), is refused, so that what is checked is what is run.
/// </summary>
internal sealed partial class SqlLexer
{
    private const int MaxLength = 16 << 10;
    private readonly string _sql;
    private readonly SqlDialect _dialect;
    private readonly List<SqlToken> _tokens = [];
    private int _at;

    private SqlLexer(string sql, SqlDialect dialect) => (_sql, _dialect) = (sql, dialect);

    /// <exception cref="SqlRefusal">It cannot be cut.</exception>
    public static List<SqlToken> Read(string sql, SqlDialect dialect)
    {
        if (sql.Length > MaxLength)
        {
            throw new SqlRefusal("syntax", $"The query has more than {MaxLength:N0} characters.");
        }

        return new SqlLexer(sql, dialect).Read();
    }

    private List<SqlToken> Read()
    {
        while (true)
        {
            var isApart = SkipSpace();
            if (_at == _sql.Length)
            {
                return _tokens;
            }

            _tokens.Add(Next(isApart));
        }
    }

    private SqlToken Next(bool isApart)
    {
        var first = _sql[_at];
        if (first is '\'' or '"')
        {
            return Quoted(first, isApart);
        }

        if (IsNameStart(first))
        {
            var word = Take(NamePattern());
            return _at < _sql.Length && _sql[_at] is '\'' or '"'
                ? throw Refuse($"'{word}{_sql[_at]}' begins a text or a name with escapes. Write it in plain quotes.")
                : new SqlToken(SqlTokenKind.Word, word, Ascii.IsValid(word) ? word.ToLowerInvariant() : word, isApart);
        }

        if (char.IsAsciiDigit(first) || (first == '.' && _at + 1 < _sql.Length && char.IsAsciiDigit(_sql[_at + 1])))
        {
            var number = Take(NumberPattern());
            return _at < _sql.Length && (IsNameStart(_sql[_at]) || _sql[_at] is '.' or '$')
                ? throw Refuse($"'{number}{_sql[_at]}' is no number.")
                : new SqlToken(SqlTokenKind.Number, number, number, isApart);
        }

        return first == ':' ? Colon(isApart) : Symbol(isApart);
    }

    /// <summary>A doubled quote within stands for one; nothing else is an escape.</summary>
    private SqlToken Quoted(char quote, bool isApart)
    {
        var start = _at++;
        while (true)
        {
            var end = _sql.IndexOf(quote, _at);
            if (end < 0)
            {
                throw Refuse($"A {(quote == '"' ? "name" : "text")} in quotes does not end.");
            }

            _at = end + 1;
            if (_at == _sql.Length || _sql[_at] != quote)
            {
                break;
            }

            _at++;
        }

        var text = _sql[start.._at];
        var content = text[1..^1].Replace($"{quote}{quote}", $"{quote}", StringComparison.Ordinal);
        return content.Contains('\0', StringComparison.Ordinal)
            ? throw Refuse("The query holds a zero character.")
            : new SqlToken(quote == '"' ? SqlTokenKind.QuotedName : SqlTokenKind.Text, text, content, isApart);
    }

    private SqlToken Colon(bool isApart)
    {
        if (_at + 1 < _sql.Length && _sql[_at + 1] == ':' && _dialect.HasCasts)
        {
            _at += 2;
            return new SqlToken(SqlTokenKind.Symbol, "::", "::", isApart);
        }

        _at++;
        var name = Take(NamePattern());
        return name.Length > 0 && _at < _sql.Length && _sql[_at] is '\'' or '"' ? throw Refuse("A quote follows a parameter.")
            : name.Length > 0 ? new SqlToken(SqlTokenKind.Parameter, $":{name}", name, isApart)
            : throw Refuse("A colon begins a parameter, such as :id, and here is no name.");
    }

    private SqlToken Symbol(bool isApart)
    {
        var symbol = _sql[_at].ToString();
        if (!_dialect.Symbols.Contains(symbol[0]))
        {
            throw Refuse($"The character '{symbol}' has no place in a query. Values are given as parameters, such as :id.");
        }

        _at++;
        return symbol == "&" && _at < _sql.Length && _sql[_at] is '\'' or '"'
            ? throw Refuse("A quote follows '&', which begins a text or a name with escapes.")
            : new SqlToken(SqlTokenKind.Symbol, symbol, symbol, isApart);
    }

    /// <summary>Passes over spaces and comments.</summary>
    private bool SkipSpace()
    {
        var start = _at;
        while (_at < _sql.Length)
        {
            if (_sql[_at] is ' ' or '\t' or '\r' or '\n')
            {
                _at++;
            }
            else if (StartsWith("--"))
            {
                var end = _sql.IndexOf('\n', _at);
                _at = end < 0 ? _sql.Length : end;
            }
            else if (StartsWith("/*"))
            {
                SkipBlock();
            }
            else
            {
                break;
            }
        }

        return _at > start;
    }

    /// <summary>Comments nest in PostgreSQL and do not in SQLite.</summary>
    private void SkipBlock()
    {
        var end = _sql.IndexOf("*/", _at + 2, StringComparison.Ordinal);
        if (end < 0 || _sql.IndexOf("/*", _at + 2, end - _at - 2, StringComparison.Ordinal) >= 0)
        {
            throw Refuse("A comment does not end, or another one is in it.");
        }

        _at = end + 2;
    }

    private bool StartsWith(string text) => string.CompareOrdinal(_sql, _at, text, 0, text.Length) == 0;

    private string Take(Regex pattern)
    {
        var match = pattern.Match(_sql, _at);
        _at += match.Length;
        return match.Value;
    }

    private static SqlRefusal Refuse(string message) => new("syntax", message);

    private static bool IsNameStart(char letter) => char.IsAsciiLetter(letter) || letter == '_' || letter >= 0x80;

    [GeneratedRegex(@"\G[A-Za-z0-9_\x80-\uFFFF]*")]
    private static partial Regex NamePattern();

    [GeneratedRegex(@"\G(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")]
    private static partial Regex NumberPattern();
}
