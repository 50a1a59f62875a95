using System.Text.Json.Nodes;
using LlmGateway.FineTuning.OwnCalls;
using LlmGateway.Service;
using Microsoft.Extensions.Options;

namespace LlmGateway.FineTuning.Evaluations;

/// <summary>
/// Makes an eval, its runs and their comparisons at the evaluation service, or finds those that an earlier attempt made: an eval by its
/// metadata, a run by its name.
/// </summary>
internal sealed class EvalRuns(SystemApi api, IOptions<FineTuningOptions> options, TimeProvider time)
{
    private const string Criterion = "answer";
    private const string Completed = "completed";
    private static readonly string[] Ended = [Completed, "failed", "canceled"];

    /// <param name="name">For people.</param>
    /// <param name="key">Key of the metadata by which it is found again.</param>
    /// <param name="value">The key's value.</param>
    /// <param name="areLabels">Whether answers are compared exactly.</param>
    /// <param name="caller">Whose it is.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>Its id.</returns>
    public async Task<string> FindOrMakeEvalAsync(string name, string key, string value, bool areLabels, Caller caller, CancellationToken cancellationToken) =>
        (string)(await api.FindOrMakeAsync(
            ServiceNames.Evaluation,
            "/v1/evals",
            eval => (string?)eval["metadata"]?[key] == value,
            () => api.PostAsync(ServiceNames.Evaluation, "/v1/evals", Describe(name, key, value, areLabels), caller, cancellationToken),
            caller,
            cancellationToken))["id"]!;

    /// <summary>Runs a model over an eval's items, with the prompt that stands in a field of theirs, to its end.</summary>
    /// <returns>The completed run.</returns>
    /// <exception cref="ApiException">It did not complete (400), or the service is away (503).</exception>
    public async Task<JsonNode> RunAsync(string eval, string name, string model, string file, string field, Caller caller, CancellationToken cancellationToken)
    {
        var path = $"/v1/evals/{eval}/runs";
        var run = await api.FindOrMakeAsync(
            ServiceNames.Evaluation,
            path,
            row => (string?)row["name"] == name,
            () => api.PostAsync(ServiceNames.Evaluation, path, DescribeRun(name, model, file, field), caller, cancellationToken),
            caller,
            cancellationToken);
        var pace = new Training.PollPace(options.Value.FirstPoll, options.Value.LongestPoll);
        while (!Ended.Contains((string?)run["status"]))
        {
            await Task.Delay(pace.Next(), time, cancellationToken);
            run = await api.GetAsync(ServiceNames.Evaluation, $"{path}/{(string)run["id"]!}", caller, cancellationToken);
        }

        return (string?)run["status"] == Completed ? run : throw new ApiException(ApiErrors.BadRequest(
            $"The run '{name}' of the eval '{eval}' ended as {(string?)run["status"]}: {(string?)run["error"]?["message"] ?? "it was canceled"}", null, "evaluation_failed"));
    }

    public async Task<PairedResult> CompareAsync(string eval, JsonNode baseline, JsonNode candidate, Caller caller, CancellationToken cancellationToken)
    {
        var body = new JsonObject { ["baseline"] = (string)baseline["id"]!, ["candidates"] = new JsonArray((string)candidate["id"]!) };
        var comparison = await api.PostAsync(ServiceNames.Evaluation, $"/v1/evals/{eval}/comparisons", body, caller, cancellationToken);
        var view = comparison["candidates"]![0]!;
        var result = view["results"]![0]!;
        return new PairedResult(
            (string)comparison["id"]!,
            (double?)result["baseline"]?["value"],
            (double?)result["candidate"]?["value"],
            (double?)result["difference"]?["value"],
            (double?)result["difference"]?["low"],
            (double?)result["difference"]?["high"],
            (string)result["verdict"]!,
            (double?)view["latency_ms"]?["difference"]?["value"],
            (double?)view["cost_usd"]?["difference"]?["value"]);
    }

    /// <summary>Input tokens of an item, in the mean; null when unknown.</summary>
    public static double? InputTokens(JsonNode run)
    {
        var usage = run["per_model_usage"]!.AsArray();
        var calls = usage.Sum(model => (long)model!["invocation_count"]!);
        return calls == 0 || usage.Any(model => model!["prompt_tokens"] is null) ? null : usage.Sum(model => (double)model!["prompt_tokens"]!) / calls;
    }

    private static JsonObject Describe(string name, string key, string value, bool areLabels) => new()
    {
        ["name"] = name,
        ["metadata"] = new JsonObject { [key] = value },
        ["data_source_config"] = new JsonObject
        {
            ["type"] = "custom",
            ["include_sample_schema"] = true,
            ["item_schema"] = new JsonObject { ["type"] = "object" },
        },
        ["testing_criteria"] = new JsonArray(Grader(areLabels)),
    };

    private static JsonObject Grader(bool areLabels)
    {
        var grader = new JsonObject { ["name"] = Criterion, ["input"] = "{{ sample.output_text }}", ["reference"] = "{{ item.reference }}" };
        if (areLabels)
        {
            (grader["type"], grader["operation"]) = ("string_check", "eq");
        }
        else
        {
            (grader["type"], grader["evaluation_metric"], grader["pass_threshold"]) = ("text_similarity", "rouge_l", 0.5);
        }

        return grader;
    }

    private static JsonObject DescribeRun(string name, string model, string file, string field) => new()
    {
        ["name"] = name,
        ["data_source"] = new JsonObject
        {
            ["type"] = "completions",
            ["model"] = model,
            ["source"] = new JsonObject { ["type"] = "file_id", ["id"] = file },
            ["input_messages"] = new JsonObject { ["type"] = "item_reference", ["item_reference"] = $"item.{field}" },
        },
    };
}
