using System.Text.Json.Nodes;
using Spectre.Console;

namespace Loop;

/// <summary>A finished fine-tuning job and its model.</summary>
internal sealed record FineTuning(string Job, string Model, int Tokens)
{
    public static async Task<FineTuning> RunAsync(Api api, LoggedDataset dataset, ProgressContext progress)
    {
        var task = progress.AddTask("Fine-tuning").IsIndeterminate();
        var job = await api.PostAsync("/v1/fine_tuning/jobs", new()
        {
            ["model"] = "local/chat",
            ["suffix"] = "intent",
            ["seed"] = 42,
            ["dataset"] = new JsonObject
            {
                ["id"] = dataset.Id,
                ["version"] = dataset.Version,
                ["split"] = "train",
                ["validation_split"] = "validation",
            },
        });
        var path = $"/v1/fine_tuning/jobs/{job["id"]}";
        job = await api.AwaitAsync(path, ["succeeded", "failed", "cancelled"], current => task.Description($"Fine-tuning: {current["status"]}"));
        task.IsIndeterminate(false).Value(100);
        return job["fine_tuned_model"]?.GetValue<string>() is { } model
            ? new FineTuning(job["id"]!.GetValue<string>(), model, job["trained_tokens"]?.GetValue<int>() ?? 0)
            : throw new InvalidOperationException($"the fine-tuning job ended as {job["status"]}: {job["error"]}");
    }
}
