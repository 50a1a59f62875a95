using System.Text;
using System.Text.Json;

namespace LlmGateway.FineTuning.Tests;

/// <summary>Training data.</summary>
internal static class TrainingText
{
    private static readonly string[] Colours = ["red", "green", "blue"];

    /// <summary>Thirty lines that are good.</summary>
    public static string Good => Lines(30);

    public static string Lines(int count)
    {
        var text = new StringBuilder();
        for (var i = 0; i < count; i++)
        {
            var colour = Colours[i % Colours.Length];
            text.AppendLine(Line($"thing {i} is as {colour} as {colour} can be", $"is_{colour}"));
        }

        return text.ToString();
    }

    public static string Line(string question, string answer) =>
        JsonSerializer.Serialize(new { messages = new[] { new { role = "user", content = question }, new { role = "assistant", content = answer } } });
}
