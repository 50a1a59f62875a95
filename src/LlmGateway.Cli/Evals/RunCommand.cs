using System.CommandLine;
using System.Text.Json.Nodes;
using LlmGateway.Cli.Api;

namespace LlmGateway.Cli.Evals;

/// <summary><c>eval run</c>: runs what a file describes, waits for it, and holds it against the file's gate.</summary>
internal static class RunCommand
{
    public static Command Build(CommonOptions options)
    {
        var file = new Argument<string>("file") { Description = "A JSON file with the eval, its run and, where it has one, its gate." };
        var model = new Option<string?>("--model") { Description = "Asks this model instead of the file's." };
        var name = new Option<string?>("--name") { Description = "The run's name, such as a branch or commit." };
        var baseline = new Option<string?>("--baseline") { Description = "The gate's baseline: a run's id, or a name, of which the newest completed run is meant." };
        var noGate = new Option<bool>("--no-gate") { Description = "Passes over the file's gate, as the branch does that others are compared with." };
        var quiet = new Option<bool>("--quiet", "-q") { Description = "Shows no progress." };
        return new Command("run", "Run an eval from a file, and hold it against the file's gate.")
        {
            Arguments = { file },
            Options = { model, name, baseline, noGate, quiet },
        }.Reporting(options, async (parsed, api, cancellationToken) =>
        {
            var described = await EvalFile.ReadAsync(parsed.GetRequiredValue(file), cancellationToken);
            var eval = await new EvalCatalog(api).EnsureAsync(described, cancellationToken);

            // Before the run, which could have the same name.
            var gate = parsed.GetValue(noGate) ? null : await PrepareGateAsync(api, eval, described, parsed.GetValue(baseline), cancellationToken);
            var progress = parsed.GetValue(quiet) ? TextWriter.Null : parsed.InvocationConfiguration.Error;
            var run = await ExecuteAsync(api, eval, described, parsed.GetValue(model), parsed.GetValue(name), progress, cancellationToken);
            if (gate is null)
            {
                return RunReport.Of(api, run);
            }

            gate["run_id"] = run.Text("id");
            return GateReport.Of(api, await api.PostAsync($"evals/{eval}/gates", gate, cancellationToken));
        });
    }

    private static async Task<JsonObject?> PrepareGateAsync(GatewayApi api, string eval, EvalFile file, string? baseline, CancellationToken cancellationToken)
    {
        var gate = file.Gate;
        var named = baseline ?? (string?)gate?["baseline"];
        if (gate is null && baseline is not null)
        {
            throw new CommandException("--baseline is a gate's, and the file has no 'gate'.");
        }

        if (gate is not null && named is not null)
        {
            gate["baseline"] = await new EvalCatalog(api).FindRunAsync(eval, named, cancellationToken);
        }

        return gate;
    }

    private static async Task<JsonObject> ExecuteAsync(
        GatewayApi api, string eval, EvalFile file, string? model, string? name, TextWriter progress, CancellationToken cancellationToken)
    {
        var (body, localSource) = file.Run();
        if (model is not null)
        {
            body["data_source"]!["model"] = model;
        }

        if (name is not null)
        {
            body["name"] = name;
        }

        string? uploaded = null;
        if (localSource is not null)
        {
            uploaded = await api.UploadAsync(localSource, cancellationToken);
            body["data_source"]!["source"] = new JsonObject { ["type"] = "file_id", ["id"] = uploaded };
        }

        // Made or not made: of what is interrupted here nobody would know which.
        var run = (await api.PostAsync($"evals/{eval}/runs", body, CancellationToken.None)).Text("id");
        await progress.WriteLineAsync($"run {run} of {eval}");
        JsonObject ended;
        try
        {
            ended = await RunWatch.UntilEndAsync(api, eval, run, progress, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            await api.PostAsync($"evals/{eval}/runs/{run}", [], CancellationToken.None);
            throw new CommandException($"Interrupted; the run {run} is cancelled.");
        }
        finally
        {
            if (uploaded is not null)
            {
                // The run keeps its items.
                await api.DeleteFileAsync(uploaded, CancellationToken.None);
            }
        }

        return ended.Text("status") == "completed"
            ? ended
            : throw new CommandException($"The run {ended.Text("id")} is {ended.Text("status")}{(ended["error"] is { } error ? $": {error.Text("message")}" : ".")}");
    }
}
