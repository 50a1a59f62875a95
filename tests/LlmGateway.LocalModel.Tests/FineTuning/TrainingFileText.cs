using System.Text;
using System.Text.Json;

namespace LlmGateway.LocalModel.Tests.FineTuning;

/// <summary>Writes training files.</summary>
internal static class TrainingFileText
{
    /// <summary>Banking77's excerpt: 20 intents.</summary>
    public static List<(string Split, string Text, string Label)> Banking()
    {
        using var reader = new StreamReader(typeof(TrainingFileText).Assembly.GetManifestResourceStream("banking77-excerpt.csv")!);
        return [.. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(line =>
        {
            var (first, last) = (line.IndexOf(',', StringComparison.Ordinal), line.LastIndexOf(','));
            return (line[..first], line[(first + 1)..last], line[(last + 1)..]);
        })];
    }

    public static string Of(IEnumerable<(string Question, string Answer)> examples)
    {
        var text = new StringBuilder();
        foreach (var (question, answer) in examples)
        {
            text.AppendLine(JsonSerializer.Serialize(new
            {
                messages = new object[] { new { role = "system", content = "Name the intent." }, new { role = "user", content = question }, new { role = "assistant", content = answer } },
            }));
        }

        return text.ToString();
    }

    /// <summary>Twenty intents, five examples each.</summary>
    public static string Train => Of(Banking().Where(row => row.Split == "train").Select(row => (row.Text, row.Label)));

    public static string Validation => Of(Banking().Where(row => row.Split == "test").Select(row => (row.Text, row.Label)));
}
