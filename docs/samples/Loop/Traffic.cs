using System.Text.Json.Nodes;
using Spectre.Console;

namespace Loop;

/// <summary>
/// Production: an application asks for the intent of each question, and its people correct the answer. One correction in
/// fifty is wrong, as people are.
/// </summary>
internal sealed class Traffic(Api api, BankingQuestions questions)
{
    /// <summary>The alias that the application calls.</summary>
    public const string Model = "intent";

    /// <summary>The metric by which people say whether an answer was right.</summary>
    public const string Right = "right";

    public const int WrongOneIn = 50;
    private const int Parallel = 16;
    private int _judged;

    /// <returns>The number of calls.</returns>
    public async Task<int> RunAsync(ProgressContext progress)
    {
        var calls = progress.AddTask("Traffic and feedback", maxValue: questions.Train.Count);
        var options = new ParallelOptions { MaxDegreeOfParallelism = Parallel };
        await System.Threading.Tasks.Parallel.ForAsync(0, questions.Train.Count, options, async (index, _) =>
        {
            var question = questions.Train[index];
            var answer = await AskAsync(question.Text);
            await CorrectAsync(answer["id"]!.GetValue<string>(), LabelFor(index));
            calls.Increment(1);
        });
        return questions.Train.Count;
    }

    /// <summary>Further questions, of whose answers people say only whether they were right; each is a conversation of its own.</summary>
    public Task AskAndJudgeAsync(int count) => System.Threading.Tasks.Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = Parallel }, async (_, _) =>
    {
        var number = Interlocked.Increment(ref _judged);
        var question = questions.Test[(number * 7919) % questions.Test.Count];
        var answer = await AskAsync(question.Text);
        await api.PostAsync("/v1/feedback", new()
        {
            ["inference_id"] = answer["id"]!.GetValue<string>(),
            ["metric"] = Right,
            ["value"] = answer["choices"]![0]!["message"]!["content"]!.GetValue<string>() == question.Label,
        });
    });

    /// <returns>The answer's text.</returns>
    public async Task<string> AskOnceAsync(string question) =>
        (await AskAsync(question))["choices"]![0]!["message"]!["content"]!.GetValue<string>();

    private Task<JsonNode> AskAsync(string question) => api.PostAsync("/v1/chat/completions", new()
    {
        ["model"] = Model,
        ["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = question }),
    });

    private Task<JsonNode> CorrectAsync(string call, string label) => api.PostAsync("/v1/feedback", new()
    {
        ["inference_id"] = call,
        ["metric"] = "intent",
        ["value"] = new JsonObject { ["role"] = "assistant", ["content"] = label },
    });

    /// <summary>The true label, or for every fiftieth question the label of another one.</summary>
    private string LabelFor(int index) => index % WrongOneIn == WrongOneIn - 1
        ? questions.Train[(index * 7919) % questions.Train.Count].Label
        : questions.Train[index].Label;
}
