using System.Globalization;
using System.Text.Json.Nodes;
using Spectre.Console;

namespace Loop;

/// <summary>
/// The new model given to production's callers by growing shares, while people say of each answer whether it was right. The gateway
/// decides each step by itself.
/// </summary>
internal sealed class Canary(Api api, Traffic traffic)
{
    private const int Batch = 200;
    private const int MinUnits = 40;
    private static readonly double[] Steps = [0.05, 0.25, 0.5, 1];

    /// <returns>What was decided, in the order of deciding.</returns>
    public async Task<IReadOnlyList<CanaryStep>> RunAsync(string model, ProgressContext progress)
    {
        var task = progress.AddTask("Canary", maxValue: Steps.Length);
        var experiment = await api.PostAsync("/v1/experiments", new()
        {
            ["name"] = "fine-tuned-intents",
            ["model"] = Traffic.Model,
            ["allocation"] = "canary",
            ["steps"] = new JsonArray([.. Steps.Select(step => (JsonNode)step)]),
            ["min_units"] = MinUnits,
            ["variants"] = new JsonArray(new JsonObject { ["name"] = "current" }, new JsonObject { ["name"] = "fine-tuned", ["model"] = model }),
            ["goal"] = new JsonObject { ["metric"] = Traffic.Right, ["effect"] = 0.05 },
        });
        var path = $"/v1/experiments/{experiment["id"]}";
        while (experiment["status"]!.GetValue<string>() == "running")
        {
            await traffic.AskAndJudgeAsync(Batch);
            experiment = await api.GetAsync(path);
            var share = experiment["variants"]![1]!["weight"]!.GetValue<double>();
            task.Description(string.Create(CultureInfo.InvariantCulture, $"Canary: {share:0 %} of calls"));
            task.Value = Array.FindIndex(Steps, step => step >= share);
        }

        task.Description($"Canary: {experiment["status"]}").Value(Steps.Length);
        var events = (await api.GetAsync($"{path}/events?order=asc"))["data"]!.AsArray();
        return [.. events.Select(entry => new CanaryStep(entry!["action"]!.GetValue<string>(), entry["reason"]?.GetValue<string>() ?? ""))];
    }
}

/// <param name="Action">What was done.</param>
/// <param name="Reason">Why.</param>
internal sealed record CanaryStep(string Action, string Reason);
