using System.Text.Json.Nodes;
using LlmGateway.Cli.Api;

namespace LlmGateway.Cli.Evals;

/// <summary>Finds evals and runs by what people call them.</summary>
internal sealed class EvalCatalog(GatewayApi api)
{
    private const string DigestName = "definition_sha256";

    /// <summary>
    /// The eval that a file describes. The same description gives the same eval, so that runs of several commits can be compared; a
    /// changed one gives another.
    /// </summary>
    public async Task<string> EnsureAsync(EvalFile file, CancellationToken cancellationToken)
    {
        if (file.EvalId is { } known)
        {
            return known;
        }

        var digest = file.Digest;
        await foreach (var eval in api.ListAsync("evals?order=desc", cancellationToken))
        {
            if (eval.Text("name") == file.Name && (string?)eval["metadata"]?[DigestName] == digest)
            {
                return eval.Text("id");
            }
        }

        var body = file.Definition();
        body["name"] = file.Name;
        body["metadata"] = new JsonObject { [DigestName] = digest };
        return (await api.PostAsync("evals", body, cancellationToken)).Text("id");
    }

    /// <summary>An eval by its id, or the newest one of a name.</summary>
    /// <exception cref="CommandException">No eval is so named.</exception>
    public async Task<string> FindEvalAsync(string eval, CancellationToken cancellationToken)
    {
        if (eval.StartsWith("eval_", StringComparison.Ordinal))
        {
            return eval;
        }

        await foreach (var found in api.ListAsync("evals?order=desc", cancellationToken))
        {
            if (found.Text("name") == eval)
            {
                return found.Text("id");
            }
        }

        throw new CommandException($"There is no eval that is named '{eval}'.");
    }

    /// <summary>A run by its id, or the newest completed one of a name, such as a branch's.</summary>
    /// <exception cref="CommandException">No completed run is so named.</exception>
    public async Task<string> FindRunAsync(string eval, string run, CancellationToken cancellationToken)
    {
        if (run.StartsWith("evalrun_", StringComparison.Ordinal))
        {
            return run;
        }

        await foreach (var found in api.ListAsync($"evals/{Uri.EscapeDataString(eval)}/runs?order=desc&status=completed", cancellationToken))
        {
            if (found.Text("name") == run)
            {
                return found.Text("id");
            }
        }

        throw new CommandException($"The eval '{eval}' has no completed run that is named '{run}'.");
    }
}
