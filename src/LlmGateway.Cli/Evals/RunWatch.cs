using System.Text.Json.Nodes;
using LlmGateway.Cli.Api;

namespace LlmGateway.Cli.Evals;

/// <summary>Waits for a run's end, and says how far it is each time another tenth is done.</summary>
internal static class RunWatch
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    public static async Task<JsonObject> UntilEndAsync(GatewayApi api, string eval, string run, TextWriter progress, CancellationToken cancellationToken)
    {
        for (var told = 0; ;)
        {
            var found = await api.GetAsync($"evals/{eval}/runs/{run}", cancellationToken);
            var counts = found["result_counts"]!;
            var (total, done) = (Count(counts, "total"), Count(counts, "passed") + Count(counts, "failed") + Count(counts, "errored") + Count(counts, "abstained"));
            var tenths = total == 0 ? 0 : done * 10 / total;
            if (tenths > told)
            {
                told = tenths;
                await progress.WriteLineAsync($"{done} of {total} items, {Count(counts, "errored")} with an error");
            }

            if (found.Text("status") is not ("queued" or "in_progress"))
            {
                return found;
            }

            await Task.Delay(Pause, cancellationToken);
        }
    }

    private static int Count(JsonNode counts, string name) => counts[name]?.GetValue<int>() ?? 0;
}
