namespace LlmGateway.Retrieval.Sources.Sql;

/// <summary>A checked query with all that bounds it.</summary>
/// <param name="Statement">What is asked.</param>
/// <param name="Values">The parameters' values, in their order.</param>
/// <param name="Tables">The tables that may be read.</param>
/// <param name="MaxRows">Most rows that are answered; one more is asked for, to know of it.</param>
/// <param name="MaxBytes">Most bytes of JSON that are answered.</param>
/// <param name="Timeout">How long it may run.</param>
internal sealed record SqlQuery(SqlStatement Statement, IReadOnlyList<object?> Values, IReadOnlyList<SourceTable> Tables, int MaxRows, int MaxBytes, TimeSpan Timeout)
{
    public SqlRefusal TimedOut() => new(
        "timeout", $"The query took longer than {Timeout.TotalSeconds:0.###} s. Ask for less: fewer rows, a narrower condition, no join of large tables.");
}

/// <param name="Columns">In their order.</param>
/// <param name="Rows">A JSON list of objects.</param>
/// <param name="Count">How many.</param>
/// <param name="IsTruncated">Whether there were more.</param>
internal sealed record SqlRows(IReadOnlyList<SourceColumn> Columns, ReadOnlyMemory<byte> Rows, int Count, bool IsTruncated);
