using LlmGateway.Contracts.Evaluation;
using MassTransit;
using Microsoft.Extensions.Logging;

namespace LlmGateway.Evaluation.Runs;

/// <summary>Tells the workers of a new run. Where that fails they find it themselves, a few seconds later.</summary>
internal sealed partial class RunAnnouncer(IBus bus, TimeProvider time, ILogger<RunAnnouncer> logger)
{
    /// <summary>The caller is not kept waiting for a broker that is away.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

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

    [LoggerMessage(1401, LogLevel.Warning, "Run {Run} could not be announced; the next sweep finds it")]
    private partial void LogUnannounced(Exception exception, string run);
}
