using LlmGateway.TestKit;

namespace LlmGateway.System.Tests;

/// <summary>Real questions of four of banking77's intents, forty each.</summary>
internal static class BankingCalls
{
    private const int Each = 40;

    /// <summary>The labels.</summary>
    public static readonly string[] Intents = ["lost_or_stolen_card", "exchange_rate", "top_up_failed", "age_limit"];

    /// <summary>Those of a file of the data set; skips the test where that is not there.</summary>
    public static List<(string Text, string Label)> Read(string file)
    {
        var data = SharedData.Find(out var reason);
        Assert.SkipWhen(reason is not null, reason ?? "");
        return
        [
            .. File.ReadLines(Path.Combine(data!, "banking77", file))
                .Select(line => (Comma: line.LastIndexOf(','), Line: line))
                .Where(line => line.Comma > 0 && Intents.Contains(line.Line[(line.Comma + 1)..]))
                .Select(line => (Text: line.Line[..line.Comma].Trim('"'), Label: line.Line[(line.Comma + 1)..]))
                .GroupBy(line => line.Label)
                .SelectMany(label => label.Take(Each)),
        ];
    }
}
