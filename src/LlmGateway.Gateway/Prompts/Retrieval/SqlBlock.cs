namespace LlmGateway.Gateway.Prompts.Retrieval;

/// <summary>
/// Rows of a structured source: <c>{% sql source: "src_…", query: "select total from orders where id = :id", id: order_id, as: rows %}</c>.
/// What is not one of the tag's own arguments is a parameter of the query: its value is bound and never becomes part of the statement,
/// which is a text of the template.
/// </summary>
internal static class SqlBlock
{
    public static readonly BlockKind Kind = new(
        "sql",
        new("source", BlockArgumentType.Text, IsNeeded: true, Max: 64),
        new("query", BlockArgumentType.Text, IsNeeded: true, Max: 16 << 10) { IsLiteral = true })
    {
        TakesParameters = true,
    };
}
