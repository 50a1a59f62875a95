using System.Text;

namespace LlmGateway.Cli.Reports;

/// <summary>A table for a terminal, with a line below that says the result.</summary>
/// <param name="Headers">The columns' names.</param>
/// <param name="Rows">Their cells.</param>
/// <param name="Result">The last line; null for none.</param>
internal sealed record TextTable(IReadOnlyList<string> Headers, IReadOnlyList<IReadOnlyList<string>> Rows, string? Result = null)
{
    public string ToText()
    {
        var widths = Headers.Select((header, column) => Rows.Select(row => row[column].Length).Append(header.Length).Max()).ToList();
        var text = new StringBuilder();
        foreach (var row in Rows.Prepend(Headers))
        {
            text.Append(string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd()).Append('\n');
        }

        return Result is null ? text.ToString() : text.Append('\n').Append(Result).Append('\n').ToString();
    }

    public string ToMarkdown()
    {
        var text = new StringBuilder();
        foreach (var row in Rows.Prepend(Headers.Select(_ => "---").ToList()).Prepend(Headers))
        {
            text.Append("| ").AppendJoin(" | ", row.Select(cell => cell.Replace("|", "\\|", StringComparison.Ordinal).ReplaceLineEndings(" "))).Append(" |\n");
        }

        return Result is null ? text.ToString() : text.Append('\n').Append(Result).Append('\n').ToString();
    }
}
