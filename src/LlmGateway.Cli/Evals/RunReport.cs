using System.Globalization;
using System.Text.Json.Nodes;
using LlmGateway.Cli.Api;
using LlmGateway.Cli.Reports;

namespace LlmGateway.Cli.Evals;

/// <summary>What came of a run.</summary>
internal static class RunReport
{
    private const int LongestAnswer = 200;

    public static Report Of(GatewayApi api, JsonObject run)
    {
        var counts = run["result_counts"]!;
        return new Report
        {
            Json = run,
            Table = new TextTable(
                ["criterion", "passed", "failed", "errors", "abstained", "mean score"],
                [
                    .. run.List("per_testing_criteria_results").Select(result => (IReadOnlyList<string>)
                    [
                        result.Text("testing_criteria"), $"{result["passed"]}", $"{result["failed"]}", $"{result["errored"]}", $"{result["abstained"]}",
                        result.Number("mean_score")?.ToString("0.0000", CultureInfo.InvariantCulture) ?? "–",
                    ]),
                ],
                $"{run.Text("name")}: {counts["passed"]} of {counts["total"]} items passed, {counts["failed"]} failed, {counts["errored"]} have an error ({run.Text("id")} of {run.Text("eval_id")})"),
            Junit = async cancellationToken => new JunitSuite(run.Text("name"), await CasesAsync(api, run, cancellationToken)),
            ExitCode = ExitCode.Pass,
        };
    }

    private static async Task<IReadOnlyList<JunitCase>> CasesAsync(GatewayApi api, JsonObject run, CancellationToken cancellationToken)
    {
        var cases = new List<JunitCase>();
        await foreach (var item in api.ListAsync($"evals/{run.Text("eval_id")}/runs/{run.Text("id")}/output_items", cancellationToken))
        {
            cases.Add(new JunitCase(
                run.Text("name"),
                $"item {item["datasource_item_id"]}",
                item.Text("status") switch
                {
                    "pass" => null,
                    "fail" => "failure",
                    "error" => "error",
                    _ => "skipped",
                },
                $"{string.Join("; ", item.List("results").Where(result => result["passed"]?.GetValue<bool>() != true).Select(Describe))}{Answer(item)}",
                item["sample"]?["latency_ms"]?.GetValue<double>() / 1000));
        }

        return cases;
    }

    private static string Answer(JsonNode item) =>
        item["sample"]?["output"] is JsonArray { Count: > 0 } output && output[^1]!["content"] is JsonValue content && content.TryGetValue<string>(out var text)
            ? $" (answer: {(text.Length <= LongestAnswer ? text : $"{text[..LongestAnswer]}…")})"
            : "";

    private static string Describe(JsonNode result) =>
        $"{result.Text("name")}: {(result["error"]?["message"] ?? result["reason"])?.GetValue<string>() ?? $"score {result["score"]}"}";
}
