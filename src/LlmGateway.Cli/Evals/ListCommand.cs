using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using LlmGateway.Cli.Api;
using LlmGateway.Cli.Reports;

namespace LlmGateway.Cli.Evals;

/// <summary><c>eval list</c>: the evals, or the runs of one, newest first.</summary>
internal static class ListCommand
{
    public static Command Build(CommonOptions options)
    {
        var eval = new Argument<string?>("eval") { Description = "The id or name of an eval whose runs are listed; else the evals are.", Arity = ArgumentArity.ZeroOrOne };
        var limit = new Option<int>("--limit") { Description = "How many.", DefaultValueFactory = _ => 20 };
        return new Command("list", "List evals, or an eval's runs, newest first.")
        {
            Arguments = { eval },
            Options = { limit },
        }.Reporting(options, async (parsed, api, cancellationToken) =>
        {
            var id = parsed.GetValue(eval) is { } named ? await new EvalCatalog(api).FindEvalAsync(named, cancellationToken) : null;
            var path = id is null ? "evals?order=desc" : $"evals/{Uri.EscapeDataString(id)}/runs?order=desc";
            var found = await api.ListAsync(path, cancellationToken).Take(parsed.GetValue(limit)).ToListAsync(cancellationToken);
            return new Report
            {
                Json = new JsonArray([.. found.Select(entry => entry.DeepClone())]),
                Table = id is null
                    ? new TextTable(["eval", "name", "created"], [.. found.Select(entry => (IReadOnlyList<string>)[entry.Text("id"), entry.Text("name"), Created(entry)])])
                    : new TextTable(["run", "name", "status", "model", "passed", "created"], [.. found.Select(Run)]),
                Junit = _ => throw new CommandException("A list has no results for JUnit; use --format json, table or markdown."),
                ExitCode = ExitCode.Pass,
            };
        });
    }

    private static IReadOnlyList<string> Run(JsonObject run) =>
    [
        run.Text("id"), run.Text("name"), run.Text("status"), run.Text("model"), $"{run["result_counts"]!["passed"]} of {run["result_counts"]!["total"]}", Created(run),
    ];

    private static string Created(JsonObject entry) =>
        DateTimeOffset.FromUnixTimeSeconds(entry["created_at"]!.GetValue<long>()).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
}
