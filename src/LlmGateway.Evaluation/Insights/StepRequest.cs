using System.Text.Json;
using System.Text.Json.Nodes;
using LlmGateway.Evaluation.Runs;

namespace LlmGateway.Evaluation.Insights;

/// <summary>A request that is ready to be sent.</summary>
/// <param name="Method">Such as <c>POST</c>.</param>
/// <param name="Path">The path with its query.</param>
/// <param name="Body">JSON; null for none.</param>
internal sealed record StepRequest(string Method, string Path, JsonElement? Body)
{
    /// <summary>256 K characters: a run's inline items are repeated up to this size.</summary>
    private const int MaxItemsLength = 256 << 10;

    /// <summary>Runs the whole data again with what a probe tried. Items that are too large to be repeated are left out.</summary>
    public static StepRequest Run(Run run, string name, PlannedProbe probe)
    {
        var asked = DataSourceEdit.Of(probe.DataSource!);
        return new StepRequest("POST", $"/v1/evals/{run.EvalId}/runs", ToJson(new JsonObject
        {
            ["name"] = $"{name} after {run.Name}",
            ["data_source"] = RepeatsItems(run) ? asked.OverItemsOf(run) : JsonNode.Parse(asked.Json),
        }));
    }

    public static bool RepeatsItems(Run run) => run.DataSource.Length <= MaxItemsLength;

    /// <summary>Trains the run's model on the examples that were shown to it.</summary>
    /// <param name="run">The run in question.</param>
    /// <param name="fewShot">The block that names the examples' dataset.</param>
    public static StepRequest FineTune(Run run, JsonElement fewShot)
    {
        var dataset = new JsonObject { ["id"] = Member(fewShot, "dataset_id") };
        foreach (var name in (ReadOnlySpan<string>)["version", "split"])
        {
            if (Member(fewShot, name) is { } value)
            {
                dataset[name] = value;
            }
        }

        return new StepRequest("POST", "/v1/fine_tuning/jobs", ToJson(new JsonObject { ["model"] = run.Model, ["dataset"] = dataset }));
    }

    private static JsonNode? Member(JsonElement block, string name) =>
        block.TryGetProperty(name, out var value) ? JsonNode.Parse(value.GetRawText()) : null;

    private static JsonElement ToJson(JsonObject body) => JsonText.Parse(body.ToJsonString());
}
