using LlmGateway.FineTuning.Training;
using LlmGateway.Service;
using Microsoft.Extensions.Logging;

namespace LlmGateway.FineTuning.Improvements;

/// <summary>Takes an improvement on as far as it goes now.</summary>
internal sealed partial class ImprovementRun(IEnumerable<IImprovementStep> steps, ImprovementWriter writer, ILogger<ImprovementRun> logger)
{
    private const int MostAttempts = 10;

    public async Task AdvanceAsync(Improvement row, Lease lease, CancellationToken cancellationToken)
    {
        try
        {
            if (row.Attempt > MostAttempts)
            {
                throw new JobFailedException("worker_failed", $"It failed {MostAttempts} times for a reason that the service's log has.");
            }

            string stage;
            do
            {
                stage = row.Status;
                row = await steps.Single(step => step.Stage == stage).RunAsync(row, lease, cancellationToken);
            }
            while (row.Status != stage && ImprovementStage.Open.Contains(row.Status));
        }
        catch (ApiException exception) when (exception.Error.Status < 500)
        {
            await writer.FailAsync(row, lease, exception.Error.Code, exception.Error.Message, cancellationToken);
        }
        catch (JobFailedException exception)
        {
            await writer.FailAsync(row, lease, exception.Code, exception.Message, cancellationToken);
        }
        catch (ApiException exception)
        {
            // The next look tries again.
            LogWaiting(row.Id, row.Status, exception.Error.Message);
        }
        finally
        {
            await writer.FreeAsync(lease);
        }
    }

    [LoggerMessage(1503, LogLevel.Warning, "Improvement {Improvement} waits ({Stage}): {Reason}")]
    private partial void LogWaiting(string improvement, string stage, string reason);
}
