using System.Text.Json;
using System.Text.Json.Nodes;
using LlmGateway.TestKit;

namespace LlmGateway.System.Tests;

/// <summary>Real questions for evals: of customers of a bank with their intents, and on articles with their paragraphs.</summary>
internal static class PreparedTasks
{
    public static readonly string[] Intents = ["lost_or_stolen_card", "exchange_rate", "top_up_failed", "age_limit"];

    /// <summary>Items with <c>question</c> and <c>intent</c>, as many of each intent.</summary>
    /// <param name="file">Such as <c>test.csv</c>.</param>
    /// <param name="each">Questions of an intent.</param>
    public static List<JsonObject> Questions(string file, int each) =>
    [
        .. File.ReadLines(Path.Combine(Folder(), "banking77", file))
            .Select(line => (Comma: line.LastIndexOf(','), Line: line))
            .Where(line => line.Comma > 0 && Intents.Contains(line.Line[(line.Comma + 1)..]))
            .Select(line => (Text: line.Line[..line.Comma].Trim('"'), Intent: line.Line[(line.Comma + 1)..]))
            .GroupBy(line => line.Intent)
            .SelectMany(intent => intent.Take(each))
            .Select(line => new JsonObject { ["question"] = line.Text, ["intent"] = line.Intent }),
    ];

    /// <summary>Items with <c>question</c>, <c>answer</c> and <c>passage</c>, one of each paragraph.</summary>
    public static List<JsonObject> Articles()
    {
        using var document = JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder(), "xquad", "xquad.en.json")));
        return
        [
            .. document.RootElement.GetProperty("data").EnumerateArray()
                .SelectMany(article => article.GetProperty("paragraphs").EnumerateArray())
                .Select(paragraph => (Passage: paragraph.GetProperty("context").GetString(), Asked: paragraph.GetProperty("qas")[0]))
                .Select(entry => new JsonObject
                {
                    ["question"] = entry.Asked.GetProperty("question").GetString(),
                    ["answer"] = entry.Asked.GetProperty("answers")[0].GetProperty("text").GetString(),
                    ["passage"] = entry.Passage,
                }),
        ];
    }

    private static string Folder()
    {
        var data = SharedData.Find(out var reason);
        Assert.SkipWhen(reason is not null, reason ?? "");
        return data!;
    }
}
