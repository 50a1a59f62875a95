using System.Text.Json.Nodes;
using Spectre.Console;

namespace Loop;

/// <summary>A version of a dataset.</summary>
internal sealed record LoggedDataset(string Id, string Version, int Items)
{
    /// <summary>Makes one of every logged call that was corrected.</summary>
    public static async Task<LoggedDataset> MakeAsync(Api api, ProgressContext progress)
    {
        var task = progress.AddTask("Dataset from the log").IsIndeterminate();
        var dataset = await api.PostAsync("/v1/datasets", new() { ["name"] = "intents" });
        var id = dataset["id"]!.GetValue<string>();
        var version = await api.PostAsync($"/v1/datasets/{id}/versions", new()
        {
            ["source"] = new JsonObject
            {
                ["type"] = "from_inferences",
                ["filter"] = new JsonObject { ["feedback"] = new JsonObject { ["metric"] = "intent" } },
            },
            ["split"] = new JsonObject { ["train"] = 0.95, ["validation"] = 0.05, ["seed"] = 42, ["by"] = "near_duplicates" },
        });
        if (version["status"]?.GetValue<string>() is { } status && status != "completed")
        {
            version = await api.AwaitAsync($"/v1/datasets/{id}/versions/{version["id"]}", ["completed", "failed"], _ => { });
        }

        task.IsIndeterminate(false).Value(100);
        return new LoggedDataset(id, version["id"]!.GetValue<string>(), version["item_count"]!.GetValue<int>());
    }

    /// <summary>The version's training split: what was asked, and what people said was the right answer.</summary>
    public async Task<IReadOnlyList<LabelledQuestion>> ReadExamplesAsync(Api api)
    {
        var lines = await api.GetTextAsync($"/v1/datasets/{Id}/versions/{Version}/export?format=openai&split=train");
        return [.. lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line =>
        {
            var messages = JsonNode.Parse(line)!["messages"]!.AsArray();
            return new LabelledQuestion(Content(messages[^2]), Content(messages[^1]));
        })];
    }

    private static string Content(JsonNode? message) => message!["content"]!.GetValue<string>();
}
