using LlmGateway.FineTuning.Backends;
using LlmGateway.FineTuning.Jobs;
using LlmGateway.OpenAI;
using LlmGateway.Service;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace LlmGateway.FineTuning.Training;

/// <summary>Takes a job through its stages. What may succeed later is tried again; what cannot succeed ends the job with the reason.</summary>
internal sealed partial class JobRun(IEnumerable<IJobStep> steps, JobWriter writer, IOptions<FineTuningOptions> options, TimeProvider time, ILogger<JobRun> logger)
{
    private const int MostAttempts = 10;
    private readonly PollPace _pace = new(options.Value.FirstPoll, options.Value.LongestPoll);

    public async Task ToEndAsync(Job job, Lease lease, CancellationToken cancellationToken)
    {
        if (job.Attempt > MostAttempts && !JobStage.HasEnded(job))
        {
            job = await FailAsync(lease, new JobFailedException("worker_failed", $"The job failed {MostAttempts} times for a reason that the service's log has."), cancellationToken);
        }

        while (JobStage.Open.Contains(job.Status))
        {
            job = await StepAsync(job, lease, cancellationToken);
        }
    }

    private async Task<Job> StepAsync(Job job, Lease lease, CancellationToken cancellationToken)
    {
        try
        {
            return await steps.Single(step => step.Stage == job.Status).RunAsync(job, lease, cancellationToken);
        }
        catch (JobFailedException failure)
        {
            return await FailAsync(lease, failure, cancellationToken);
        }
        catch (BackendException exception) when (!exception.IsTransient)
        {
            return await FailAsync(lease, new JobFailedException("backend_refused", exception.Message), cancellationToken);
        }
        catch (ApiException exception) when (exception.Error.Status < 500)
        {
            return await FailAsync(lease, new JobFailedException(exception.Error.Code, exception.Error.Message, exception.Error.Param), cancellationToken);
        }
        catch (Exception exception) when (exception is BackendException or ApiException or HttpRequestException)
        {
            return await WaitAsync(job, lease, exception, cancellationToken);
        }
    }

    private async Task<Job> WaitAsync(Job job, Lease lease, Exception exception, CancellationToken cancellationToken)
    {
        if (!JobStage.HasEnded(job) && time.NowMicros() - job.CreatedAt > options.Value.Patience.Ticks / TimeSpan.TicksPerMicrosecond)
        {
            return await FailAsync(lease, new JobFailedException("backend_unavailable", exception.Message), cancellationToken);
        }

        LogWaiting(job.Id, job.Status, exception.Message);
        await Task.Delay(_pace.Next((exception as BackendException)?.RetryAfter), time, cancellationToken);
        return job;
    }

    private Task<Job> FailAsync(Lease lease, JobFailedException failure, CancellationToken cancellationToken) =>
        writer.EndAsync(lease, FineTuningStatus.Failed, failure, cancellationToken);

    [LoggerMessage(1502, LogLevel.Warning, "Job {Job} waits ({Stage}): {Reason}")]
    private partial void LogWaiting(string job, string stage, string reason);
}
