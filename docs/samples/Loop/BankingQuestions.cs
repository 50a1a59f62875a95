namespace Loop;

/// <summary>A customer's question and the intent that people gave it.</summary>
internal sealed record LabelledQuestion(string Text, string Label);

/// <summary>banking77 (PolyAI, CC BY 4.0): 13,083 real questions to a bank, of 77 intents.</summary>
internal sealed record BankingQuestions(IReadOnlyList<LabelledQuestion> Train, IReadOnlyList<LabelledQuestion> Test)
{
    public IReadOnlyList<string> Labels { get; } = [.. Train.Select(question => question.Label).Distinct().Order(StringComparer.Ordinal)];

    /// <returns>Null where the data is in no folder above this one.</returns>
    public static BankingQuestions? Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var data = Path.Combine(folder.FullName, "shared", "data", "banking77");
            if (Directory.Exists(data))
            {
                return new BankingQuestions(Read(Path.Combine(data, "train.csv")), Read(Path.Combine(data, "test.csv")));
            }
        }

        return null;
    }

    /// <summary>Two columns; the first is quoted where it holds a comma or a line break, and a quote in it is doubled.</summary>
    private static List<LabelledQuestion> Read(string path)
    {
        List<LabelledQuestion> questions = [];
        var rest = File.ReadAllText(path).AsSpan();
        rest = rest[(rest.IndexOf('\n') + 1)..];
        while (!rest.IsEmpty)
        {
            var end = rest[0] == '"' ? EndOfQuoted(rest) : rest.IndexOf(',');
            var text = rest[..end].Trim('"').ToString().Replace("\"\"", "\"", StringComparison.Ordinal).Trim();
            rest = rest[(end + 1)..];
            var line = rest.IndexOf('\n');
            questions.Add(new LabelledQuestion(text, (line < 0 ? rest : rest[..line]).Trim().ToString()));
            rest = line < 0 ? [] : rest[(line + 1)..];
        }

        return questions;
    }

    private static int EndOfQuoted(ReadOnlySpan<char> field)
    {
        var index = 1;
        while (field[index] != '"' || (index + 1 < field.Length && field[index + 1] == '"'))
        {
            index += field[index] == '"' ? 2 : 1;
        }

        return index + 1;
    }
}
