using System.Text.Json.Nodes;
using LlmGateway.Contracts.Evaluation;
using LlmGateway.Messaging.Events;
using MassTransit;
using Microsoft.Extensions.Logging;

namespace LlmGateway.Evaluation.Runs;

/// <summary>Tells workers of a new run, and programs outside of its end. The run's row is the truth: what is not heard is read.</summary>
internal sealed partial class RunAnnouncer(IBus bus, TimeProvider time, ILogger<RunAnnouncer> logger)
{
    /// <summary>The caller is not kept waiting for a broker that is away.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Where this fails a worker finds the run itself, a few seconds later.</summary>
    public Task AnnounceAsync(Run run) => TryAsync(run, token => bus.Publish(new StartEvaluationRun(run.ProjectId, run.Id), token));

    /// <summary>Publishes OpenAI's event of a run's end, always with the same id.</summary>
    /// <param name="run">The run.</param>
    /// <param name="status">The status that it ended with.</param>
    public Task AnnounceEndAsync(Run run, string status)
    {
        var outcome = status == RunStatus.Completed ? "succeeded" : status;
        var id = $"evt_{run.Id[(run.Id.IndexOf('_', StringComparison.Ordinal) + 1)..]}";
        var data = new JsonObject { ["id"] = run.Id, ["eval_id"] = run.EvalId };
        var ended = new PublicEvent(id, $"eval.run.{outcome}", time.GetUtcNow().ToUnixTimeSeconds(), run.ProjectId, data);
        return TryAsync(run, token => bus.PublishEventAsync(ended, token));
    }

    private async Task TryAsync(Run run, Func<CancellationToken, Task> announce)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        try
        {
            await announce(patience.Token);
        }
        catch (Exception exception)
        {
            LogUnannounced(exception, run.Id);
        }
    }

    [LoggerMessage(1401, LogLevel.Warning, "A message about run {Run} could not be sent; its row tells the same")]
    private partial void LogUnannounced(Exception exception, string run);
}
