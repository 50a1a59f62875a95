using System.Text;

namespace Loop;

/// <summary>Examples as text in a prompt.</summary>
internal static class Examples
{
    /// <summary>Some of each label, evenly over those that there are.</summary>
    public static string Some(IReadOnlyList<LabelledQuestion> examples, int ofEach) => Write(examples
        .GroupBy(example => example.Label)
        .OrderBy(group => group.Key, StringComparer.Ordinal)
        .SelectMany(group => Spread([.. group], ofEach)));

    public static string Write(IEnumerable<LabelledQuestion> examples)
    {
        var text = new StringBuilder();
        foreach (var example in examples)
        {
            text.Append("Input: ").Append(example.Text).Append("\nOutput: ").Append(example.Label).Append("\n\n");
        }

        return text.ToString().TrimEnd();
    }

    private static IEnumerable<LabelledQuestion> Spread(LabelledQuestion[] rows, int count) =>
        Enumerable.Range(0, Math.Min(count, rows.Length)).Select(index => rows[index * rows.Length / Math.Min(count, rows.Length)]);
}
