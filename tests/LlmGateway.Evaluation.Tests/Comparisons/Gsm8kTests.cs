using System.Text;
using System.Text.Json;
using LlmGateway.TestKit;

namespace LlmGateway.Evaluation.Tests.Comparisons;

/// <summary>The four recorded models of GSM8K, replayed: every known answer through the real API.</summary>
public sealed class Gsm8kTests : IAsyncLifetime
{
    private static readonly string[] Models = ["6b_finetuning", "6b_verification", "175b_finetuning", "175b_verification"];

    private readonly TempFolder _folder = new();
    private OtherServices _services = null!;
    private EvaluationHost _host = null!;

    public async ValueTask InitializeAsync()
    {
        _services = await OtherServices.StartAsync();
        _host = await EvaluationHost.StartAsync(_services, _folder.Path);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await _services.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Replays_give_every_published_accuracy_interval_and_pair()
    {
        var data = SharedData.Find(out var missing);
        Assert.SkipWhen(data is null, missing ?? "");
        _services.Files["file-gsm8k"] = ReadItems(Path.Combine(data!, "gsm8k", "example_model_solutions.jsonl"));
        var eval = await _host.CreateEvalAsync(new[] { Criteria.Equal("{{ item.answer }}", "correct") });
        var runs = new Dictionary<string, string>();
        foreach (var model in Models)
        {
            runs[model] = await _host.StartRunAsync(eval, Criteria.Completions(new { type = "file_id", id = "file-gsm8k" }, $"replay/file-gsm8k#{model}.answer"), model);
        }

        (string Model, int Passed, double Low, double High)[] known =
        [
            ("6b_finetuning", 286, 0.1954, 0.2399), ("6b_verification", 515, 0.3645, 0.4171),
            ("175b_finetuning", 458, 0.3220, 0.3733), ("175b_verification", 742, 0.5356, 0.5891),
        ];
        foreach (var (model, passed, _, _) in known)
        {
            var counts = (await _host.EndedAsync(eval, runs[model])).GetProperty("result_counts");
            Assert.Equal((1319, passed, 0), (counts.GetProperty("total").GetInt32(), counts.GetProperty("passed").GetInt32(), counts.GetProperty("errored").GetInt32()));
        }

        Assert.Empty(_services.Requests);
        await CheckAsync(eval, runs, known, "6b_finetuning", ("6b_verification", 64, 293), ("175b_finetuning", 88, 260));
        var verification = await CheckAsync(eval, runs, known, "6b_verification", ("175b_finetuning", 209, 152), ("175b_verification", 79, 306));
        await CheckAsync(eval, runs, known, "175b_finetuning", ("175b_verification", 76, 360));
        Assert.Equal(0.00315, verification[0].GetProperty("p").GetDouble(), 0.000005);
        Assert.Equal("worse", verification[0].Text("verdict"));
        Assert.Equal("better", verification[1].Text("verdict"));
        Assert.Equal(209, verification[0].GetProperty("regressions").GetProperty("count").GetInt32());
        Assert.Equal(100, verification[0].GetProperty("regressions").GetProperty("items").GetArrayLength());
    }

    private async Task<IReadOnlyList<JsonElement>> CheckAsync(
        string eval, Dictionary<string, string> runs, (string Model, int Passed, double Low, double High)[] known, string baseline, params (string Model, int OnlyBaseline, int OnlyCandidate)[] pairs)
    {
        var comparison = await _host.Http.PostJsonAsync(
            $"/v1/evals/{eval}/comparisons", new { baseline = runs[baseline], candidates = pairs.Select(pair => runs[pair.Model]) });
        var results = comparison.GetProperty("candidates").EnumerateArray().Select(candidate => candidate.GetProperty("results")[0]).ToList();
        foreach (var (pair, result) in pairs.Zip(results))
        {
            var counts = result.GetProperty("counts");
            Assert.Equal((pair.OnlyBaseline, pair.OnlyCandidate), (counts.GetProperty("only_baseline_passed").GetInt32(), counts.GetProperty("only_candidate_passed").GetInt32()));
            AssertShare(known.Single(model => model.Model == baseline), result.GetProperty("baseline"));
            AssertShare(known.Single(model => model.Model == pair.Model), result.GetProperty("candidate"));
        }

        return results;
    }

    private static void AssertShare((string Model, int Passed, double Low, double High) known, JsonElement share)
    {
        Assert.Equal(known.Passed / 1319.0, share.GetProperty("value").GetDouble(), 1e-12);
        Assert.Equal(known.Low, share.GetProperty("low").GetDouble(), 0.00005);
        Assert.Equal(known.High, share.GetProperty("high").GetDouble(), 0.00005);
    }

    /// <summary>Each solution's answer is what follows its last "A: ".</summary>
    private static string ReadItems(string path)
    {
        var lines = new StringBuilder();
        foreach (var line in File.ReadLines(path))
        {
            var row = JsonSerializer.Deserialize<JsonElement>(line);
            var item = new Dictionary<string, object> { ["question"] = row.Text("question"), ["answer"] = Answer(row.Text("ground_truth")) };
            foreach (var model in Models)
            {
                item[model] = new { answer = Answer(row.GetProperty(model).Text("solution")) };
            }

            lines.AppendLine(JsonSerializer.Serialize(new { item }));
        }

        return lines.ToString();
    }

    private static string Answer(string solution) =>
        solution.LastIndexOf("A: ", StringComparison.Ordinal) is >= 0 and var at ? solution[(at + 3)..].Trim().Replace(",", "", StringComparison.Ordinal) : "";
}
