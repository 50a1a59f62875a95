using System.Text;

namespace LlmGateway.Benchmarks.Local;

/// <summary>A row of banking77: a customer's question and its intent.</summary>
internal readonly record struct LabelledQuestion(string Text, string Label)
{
    /// <summary>Reads a file whose texts may be quoted, and may then hold commas, line ends and doubled quotes.</summary>
    public static IReadOnlyList<LabelledQuestion> ReadAll(string path)
    {
        var rows = new List<LabelledQuestion>();
        var row = new StringBuilder();
        foreach (var line in File.ReadLines(path).Skip(1))
        {
            row.Append(row.Length > 0 ? " " : "").Append(line);
            if (row.ToString().Count(c => c == '"') % 2 == 0)
            {
                rows.Add(Parse(row.ToString()));
                row.Clear();
            }
        }

        return rows;
    }

    private static LabelledQuestion Parse(string row)
    {
        var comma = row.LastIndexOf(',');
        var text = row[..comma];
        text = text.StartsWith('"') ? text[1..^1].Replace("\"\"", "\"", StringComparison.Ordinal) : text;
        return new LabelledQuestion(string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)), row[(comma + 1)..]);
    }
}
