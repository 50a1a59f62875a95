using LlmGateway.Contracts.Evaluation;
using LlmGateway.Messaging;
using MassTransit;
using Microsoft.Extensions.Logging;

namespace LlmGateway.Evaluation.Runs;

/// <summary>Tells workers that there is work. The rows are the truth: what is not heard is found a few seconds later.</summary>
internal sealed partial class RunAnnouncer(IBus bus, BroadcastSender broadcasts, TimeProvider time, ILogger<RunAnnouncer> logger)
{
    /// <summary>The caller is not kept waiting for a broker that is away.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>A run waits to be loaded.</summary>
    public async Task AnnounceAsync(Run run)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        try
        {
            await bus.Publish(new StartEvaluationRun(run.ProjectId, run.Id), patience.Token);
        }
        catch (Exception exception)
        {
            LogUnannounced(exception, run.Id);
        }
    }

    /// <summary>A run's batches wait to be executed.</summary>
    public Task AnnounceBatchesAsync(Run run) => broadcasts.SendAsync(new EvaluationBatchesReady(run.ProjectId, run.Id));

    [LoggerMessage(1402, LogLevel.Warning, "A message about run {Run} could not be sent; its row tells the same")]
    private partial void LogUnannounced(Exception exception, string run);
}
