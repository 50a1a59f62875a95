using System.Text.Json.Nodes;
using LlmGateway.Cli.Api;
using LlmGateway.Cli.Reports;

namespace LlmGateway.Cli.Evals;

/// <summary>What a gate says.</summary>
internal static class GateReport
{
    public static Report Of(GatewayApi api, JsonObject gate)
    {
        var results = gate.List("runs").SelectMany(run => run.List("rules").Select(rule => (Run: run["run"]!.Text("name"), Rule: rule))).ToList();
        var missing = gate["items_missing"] is { } items ? $", {items} items missing" : "";
        return new Report
        {
            Json = gate,
            Table = new TextTable(
                ["run", "rule", "criterion", "requirement", "measured (95 %)", "items", "verdict"],
                [
                    .. results.Select(entry => (IReadOnlyList<string>)
                    [
                        entry.Run, entry.Rule.Text("type"), (string?)entry.Rule["testing_criterion"] ?? "–", entry.Rule.Text("requirement"),
                        entry.Rule.Figure("measured"), $"{entry.Rule["items"]}", entry.Rule.Text("verdict"),
                    ]),
                ],
                string.Join('\n', gate.List("warnings").Select(warning => $"warning: {warning}").Append($"gate: {gate.Text("verdict")}{missing}"))),
            Markdown = cancellationToken => api.GetTextAsync($"evals/{gate.Text("eval_id")}/gates/{gate.Text("id")}?format=markdown", cancellationToken),
            Junit = _ => Task.FromResult(new JunitSuite("gate", [.. results.Select(entry => Case(entry.Run, entry.Rule))])),
            ExitCode = ExitCode.Of(gate.Text("verdict")),
        };
    }

    private static JunitCase Case(string run, JsonNode rule) => new(
        run,
        $"{(string?)rule["testing_criterion"] ?? rule.Text("type")}: {rule.Text("requirement")}",
        rule.Text("verdict") switch
        {
            "pass" => null,
            "fail" => "failure",
            _ => "skipped",
        },
        rule["items_missing"] is { } missing ? $"{rule.Text("reason")} {missing} items missing." : rule.Text("reason"));
}
