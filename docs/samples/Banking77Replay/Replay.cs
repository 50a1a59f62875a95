using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using OpenAI.Chat;

namespace Banking77Replay;

/// <summary>Asks questions for their intent. What a call cost, and whether the cache answered, stands in the answer's headers.</summary>
internal sealed class Replay(ChatClient client, string[] intents)
{
    public const int Parallel = 16;

    // Temperature 0 makes an answer repeatable, and the gateway caches what is.
    private static readonly ChatCompletionOptions Repeatable = new() { Temperature = 0 };
    private readonly SystemChatMessage _instructions = new($"Answer with one of these labels: {string.Join(", ", intents)}");

    public async Task<PassResult> RunAsync(string[] questions)
    {
        var calls = new ConcurrentBag<CallResult>();
        var options = new ParallelOptions { MaxDegreeOfParallelism = Parallel };
        var start = Stopwatch.GetTimestamp();
        await System.Threading.Tasks.Parallel.ForEachAsync(questions, options, async (question, _) => calls.Add(await AskAsync(question)));
        return new PassResult([.. calls], Stopwatch.GetElapsedTime(start));
    }

    private async Task<CallResult> AskAsync(string question)
    {
        var start = Stopwatch.GetTimestamp();
        var result = await client.CompleteChatAsync([_instructions, new UserChatMessage(question)], Repeatable);
        var elapsed = Stopwatch.GetElapsedTime(start);
        var headers = result.GetRawResponse().Headers;
        var hit = headers.TryGetValue("Cache-Status", out var status) && status!.Contains("; hit", StringComparison.Ordinal);
        decimal? cost = headers.TryGetValue("x-llmgateway-cost", out var usd) ? decimal.Parse(usd!, CultureInfo.InvariantCulture) : null;
        return new CallResult(elapsed, hit, result.Value.Usage.TotalTokenCount, cost);
    }
}
