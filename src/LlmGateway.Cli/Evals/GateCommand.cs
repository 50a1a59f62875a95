using System.CommandLine;
using System.Text.Json.Nodes;

namespace LlmGateway.Cli.Evals;

/// <summary><c>eval gate</c>: holds runs that are done against rules.</summary>
internal static class GateCommand
{
    public static Command Build(CommonOptions options)
    {
        var eval = new Argument<string>("eval") { Description = "The eval: its id, or a name, of which the newest eval is meant." };
        var runs = new Argument<string[]>("runs") { Description = "The runs: ids, or names, of which the newest completed run is meant.", Arity = ArgumentArity.OneOrMore };
        var rules = new Option<string>("--rules") { Description = "A JSON file whose 'gate' has the rules.", Required = true };
        var baseline = new Option<string?>("--baseline") { Description = "The run to be no worse than: its id or name." };
        return new Command("gate", "Hold runs against rules: pass, fail or inconclusive.")
        {
            Arguments = { eval, runs },
            Options = { rules, baseline },
        }.Reporting(options, async (parsed, api, cancellationToken) =>
        {
            var (catalog, path) = (new EvalCatalog(api), parsed.GetRequiredValue(rules));
            var id = await catalog.FindEvalAsync(parsed.GetRequiredValue(eval), cancellationToken);
            var body = (await EvalFile.ReadAsync(path, cancellationToken)).Gate ?? throw new CommandException($"{path}: 'gate' is missing.");
            var ids = new JsonArray();
            foreach (var run in parsed.GetRequiredValue(runs))
            {
                ids.Add(await catalog.FindRunAsync(id, run, cancellationToken));
            }

            body["runs"] = ids;
            if ((parsed.GetValue(baseline) ?? (string?)body["baseline"]) is { } named)
            {
                body["baseline"] = await catalog.FindRunAsync(id, named, cancellationToken);
            }

            return GateReport.Of(api, await api.PostAsync($"evals/{id}/gates", body, cancellationToken));
        });
    }
}
