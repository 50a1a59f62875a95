using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using LlmGateway.Cli.Api;
using LlmGateway.Cli.Reports;

namespace LlmGateway.Cli.Evals;

/// <summary>
/// <c>eval compare</c>: fails where a run is shown to be worse by any criterion, passes where none is and one is better, and else
/// is inconclusive.
/// </summary>
internal static class CompareCommand
{
    public static Command Build(CommonOptions options)
    {
        var eval = new Argument<string>("eval") { Description = "The eval: its id, or a name, of which the newest eval is meant." };
        var baseline = new Argument<string>("baseline") { Description = "The run to compare with: its id, or a name, of which the newest completed run is meant." };
        var candidates = new Argument<string[]>("candidates") { Description = "The runs that are compared with it.", Arity = ArgumentArity.OneOrMore };
        var criteria = new Option<string[]>("--criterion") { Description = "A testing criterion; all where none is named." };
        var cluster = new Option<string?>("--cluster") { Description = "Where an item names the cluster it belongs to, such as item.conversation_id, or none." };
        var seed = new Option<int?>("--seed") { Description = "Chooses the resamples." };
        return new Command("compare", "Compare runs with a baseline, item by item.")
        {
            Arguments = { eval, baseline, candidates },
            Options = { criteria, cluster, seed },
        }.Reporting(options, async (parsed, api, cancellationToken) =>
        {
            var catalog = new EvalCatalog(api);
            var id = await catalog.FindEvalAsync(parsed.GetRequiredValue(eval), cancellationToken);
            var runs = new JsonArray();
            foreach (var candidate in parsed.GetRequiredValue(candidates))
            {
                runs.Add(await catalog.FindRunAsync(id, candidate, cancellationToken));
            }

            var body = new JsonObject
            {
                ["baseline"] = await catalog.FindRunAsync(id, parsed.GetRequiredValue(baseline), cancellationToken),
                ["candidates"] = runs,
                ["cluster"] = parsed.GetValue(cluster),
                ["seed"] = parsed.GetValue(seed),
            };
            if (parsed.GetValue(criteria) is { Length: > 0 } named)
            {
                body["testing_criteria"] = new JsonArray([.. named.Select(name => JsonValue.Create(name))]);
            }

            return Report(api, id, await api.PostAsync($"evals/{id}/comparisons", body, cancellationToken));
        });
    }

    private static Report Report(GatewayApi api, string eval, JsonObject comparison)
    {
        var results = comparison.List("candidates").SelectMany(candidate => candidate.List("results").Select(result => (Run: candidate["run"]!.Text("name"), Result: result))).ToList();
        List<string> verdicts = [.. results.Select(entry => entry.Result.Text("verdict"))];
        return new Report
        {
            Json = comparison,
            Table = new TextTable(
                ["run", "criterion", "pairs", "baseline", "candidate", "difference (95 %)", "p (Holm)", "verdict"],
                [.. results.Select(entry => Row(entry.Run, entry.Result))]),
            Markdown = cancellationToken => api.GetTextAsync($"evals/{eval}/comparisons/{comparison.Text("id")}?format=markdown", cancellationToken),
            Junit = _ => Task.FromResult(new JunitSuite($"compared with {comparison["baseline"]!.Text("name")}", [.. results.Select(entry => Case(entry.Run, entry.Result))])),
            ExitCode = verdicts.Contains("worse") ? ExitCode.Fail : verdicts.Contains("better") ? ExitCode.Pass : ExitCode.Inconclusive,
        };
    }

    private static IReadOnlyList<string> Row(string run, JsonNode result) =>
    [
        run, result.Text("testing_criteria"), $"{result["pairs"]}", result.Figure("baseline"), result.Figure("candidate"), result.Figure("difference", "+0.0000;-0.0000;0.0000"),
        P(result), Verdict(result),
    ];

    private static JunitCase Case(string run, JsonNode result) => new(
        run,
        result.Text("testing_criteria"),
        result.Text("verdict") switch
        {
            "worse" => "failure",
            "better" => null,
            _ => "skipped",
        },
        $"{Verdict(result)}: {result.Figure("difference", "+0.0000;-0.0000;0.0000")}");

    private static string P(JsonNode result) => result.Number("adjusted_p") switch
    {
        null => "–",
        < 0.0001 => "< 0.0001",
        { } p => p.ToString("0.0000", CultureInfo.InvariantCulture),
    };

    private static string Verdict(JsonNode result)
    {
        var words = result.Text("verdict").Replace('_', ' ');
        return result["items_needed"] is { } needed ? $"{words} ({needed} items would)" : words;
    }
}
