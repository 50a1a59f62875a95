namespace LlmGateway.Retrieval.Sources.Sql;

internal enum SqlTokenKind
{
    /// <summary>A keyword or a name without quotes.</summary>
    Word,

    /// <summary>A name in double quotes.</summary>
    QuotedName,

    Text,
    Number,

    /// <summary><c>:name</c>.</summary>
    Parameter,

    Symbol,
}

/// <param name="Kind">What it is.</param>
/// <param name="Text">As it is written.</param>
/// <param name="Name">A word in lower case, a quoted name without its quotes, a parameter without its colon; else as it is written.</param>
/// <param name="IsApart">Whether a space or a comment stands before it.</param>
internal readonly record struct SqlToken(SqlTokenKind Kind, string Text, string Name, bool IsApart)
{
    public bool IsName => Kind is SqlTokenKind.Word or SqlTokenKind.QuotedName;

    public bool Is(string text) => Kind is SqlTokenKind.Word or SqlTokenKind.Symbol && Name == text;

    public bool IsWord(IReadOnlySet<string> words) => Kind == SqlTokenKind.Word && words.Contains(Name);
}
