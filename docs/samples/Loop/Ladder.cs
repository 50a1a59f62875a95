using System.Text.Json.Nodes;
using Spectre.Console;

namespace Loop;

/// <summary>
/// The same held-out questions answered by one technique more at a time, and each rung compared with the one below. What
/// the examples are taken from is the dataset of production traffic, wrong corrections and all.
/// </summary>
internal sealed class Ladder
{
    private const int ExamplesOfEach = 5;
    private readonly Api _api;
    private readonly string _eval;
    private readonly string _file;
    private readonly IReadOnlyList<Technique> _techniques;
    private readonly List<string> _runs = [];

    private Ladder(Api api, string eval, string file, IReadOnlyList<Technique> techniques) =>
        (_api, _eval, _file, _techniques) = (api, eval, file, techniques);

    /// <summary>Chooses each question's examples, and uploads the questions.</summary>
    public static async Task<Ladder> PrepareAsync(Api api, BankingQuestions questions, LoggedDataset dataset, string tuned, ProgressContext progress)
    {
        var task = progress.AddTask("Nearest examples", maxValue: questions.Test.Count);
        var examples = await dataset.ReadExamplesAsync(api);
        var nearest = await NearestExamples.FindAsync(api, examples, questions.Test, task);
        var lines = questions.Test.Zip(nearest, (question, near) => new JsonObject
        {
            ["item"] = new JsonObject { ["question"] = question.Text, ["label"] = question.Label, ["examples"] = near },
        }.ToJsonString());
        var file = await api.UploadAsync("held-out.jsonl", "evals", lines);
        var eval = await api.PostAsync("/v1/evals", Description());
        var labels = $"Answer with one of these labels: {string.Join(", ", questions.Labels)}";
        return new Ladder(api, eval["id"]!.GetValue<string>(), file, [
            new("the question alone", "local/chat", ""),
            new("instructions: the 77 labels", "local/chat", labels),
            new($"and {ExamplesOfEach} examples of each label", "local/chat", $"{labels}\n\n{Examples.Some(examples, ExamplesOfEach)}"),
            new($"the {NearestExamples.Count} nearest examples, retrieved", "local/chat", "{{ item.examples }}"),
            new("fine-tuned", tuned, ""),
            new($"fine-tuned, and the {NearestExamples.Count} nearest examples", tuned, "{{ item.examples }}"),
        ]);
    }

    /// <summary>Runs every technique over every question.</summary>
    public async Task ClimbAsync(ProgressContext progress)
    {
        foreach (var technique in _techniques)
        {
            _runs.Add(await RunAsync(technique, progress.AddTask($"Evaluation: {technique.Name}")));
        }
    }

    /// <summary>Compares each rung with the one below it, item by item.</summary>
    public async Task<IReadOnlyList<Rung>> CompareAsync(ProgressContext progress)
    {
        var task = progress.AddTask("Comparisons", maxValue: _runs.Count - 1);
        List<Rung> rungs = [];
        for (var above = 1; above < _runs.Count; above++)
        {
            var comparison = await _api.PostAsync($"/v1/evals/{_eval}/comparisons", new()
            {
                ["baseline"] = _runs[above - 1],
                ["candidates"] = new JsonArray(_runs[above]),
            });
            var result = comparison["candidates"]![0]!["results"]![0]!;
            if (rungs.Count == 0)
            {
                rungs.Add(new Rung(_techniques[0], Estimate.Read(result["baseline"]!), null));
            }

            var gain = new Gain(Estimate.Read(result["difference"]!), result["p"]!.GetValue<double>());
            rungs.Add(new Rung(_techniques[above], Estimate.Read(result["candidate"]!), gain));
            task.Increment(1);
        }

        return rungs;
    }

    /// <returns>The finished run's id.</returns>
    private async Task<string> RunAsync(Technique technique, ProgressTask task)
    {
        var run = await _api.PostAsync($"/v1/evals/{_eval}/runs", technique.Describe(_file));
        var ended = await _api.AwaitAsync($"/v1/evals/{_eval}/runs/{run["id"]}", ["completed", "failed", "canceled"], current =>
        {
            var counts = current["result_counts"]!;
            task.MaxValue = Math.Max(counts["total"]!.GetValue<int>(), 1);
            task.Value = counts["passed"]!.GetValue<int>() + counts["failed"]!.GetValue<int>() + counts["errored"]!.GetValue<int>();
        });
        return ended["status"]!.GetValue<string>() == "completed"
            ? ended["id"]!.GetValue<string>()
            : throw new InvalidOperationException($"the run of '{technique.Name}' ended as {ended["status"]}: {ended["error"]}");
    }

    private static JsonObject Description() => new()
    {
        ["name"] = "intents",
        ["data_source_config"] = new JsonObject
        {
            ["type"] = "custom",
            ["include_sample_schema"] = true,
            ["item_schema"] = new JsonObject
            {
                ["type"] = "object",
                ["properties"] = new JsonObject
                {
                    ["question"] = new JsonObject { ["type"] = "string" },
                    ["label"] = new JsonObject { ["type"] = "string" },
                    ["examples"] = new JsonObject { ["type"] = "string" },
                },
                ["required"] = new JsonArray("question", "label", "examples"),
            },
        },
        ["testing_criteria"] = new JsonArray(new JsonObject
        {
            ["type"] = "string_check",
            ["name"] = "intent",
            ["operation"] = "eq",
            ["input"] = "{{ sample.output_text }}",
            ["reference"] = "{{ item.label }}",
        }),
    };
}
