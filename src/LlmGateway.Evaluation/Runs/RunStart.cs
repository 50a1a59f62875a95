using LlmGateway.Evaluation.Evals;
using LlmGateway.Evaluation.Sources;
using LlmGateway.Evaluation.Storage;
using LlmGateway.Service;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace LlmGateway.Evaluation.Runs;

/// <summary>Starts a run: its items are put into the store, in batches that the workers of all processes share.</summary>
internal sealed class RunStart(
    EvaluationDbContext store, EvalDefinitions definitions, RunLoader loader, RunEnding ending, RunAnnouncer announcer, IOptions<EvaluationOptions> options)
{
    public async Task ExecuteAsync(Run run, Lease lease, CancellationToken cancellationToken)
    {
        try
        {
            if (run.Attempt > options.Value.MaxAttempts)
            {
                throw new RunFailedException("worker_lost", $"Its worker ended {run.Attempt - 1} times without loading its items.");
            }

            var eval = await store.Evals.AsNoTracking().SingleAsync(row => row.Id == run.EvalId, cancellationToken);
            var definition = await definitions.ReadAsync(eval, cancellationToken);
            await loader.LoadAsync(run, RunPlan.ReadStored(run, definition, options.Value.MaxItems), definition, lease, cancellationToken);
            await announcer.AnnounceBatchesAsync(run);
        }
        catch (SourceException exception)
        {
            await ending.FailAsync<Run>(lease, run.Id, "invalid_data_source", exception.Message, cancellationToken);
        }
        catch (RunFailedException exception)
        {
            await ending.FailAsync<Run>(lease, run.Id, exception.Code, exception.Message, cancellationToken);
        }
    }
}

/// <summary>A run cannot go on, and why.</summary>
internal sealed class RunFailedException(string code, string message) : Exception(message)
{
    public string Code { get; } = code;
}
