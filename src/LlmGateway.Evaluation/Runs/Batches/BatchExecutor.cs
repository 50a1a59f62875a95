using LlmGateway.Evaluation.Sources;
using LlmGateway.Evaluation.Storage;
using LlmGateway.Service;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace LlmGateway.Evaluation.Runs.Batches;

/// <summary>Carries a batch from where it stands to its end. A worker that takes over begins with the outputs that are still pending.</summary>
internal sealed class BatchExecutor(
    EvaluationDbContext store,
    PreparedRuns runs,
    GradingSlots slots,
    SamplingHistory history,
    RunEnding ending,
    IOptions<EvaluationOptions> options,
    ILogger<BatchExecutor> logger)
{
    public async Task ExecuteAsync(RunBatch batch, Lease lease, CancellationToken cancellationToken)
    {
        var run = await store.Runs.AsNoTracking().SingleOrDefaultAsync(row => row.Id == batch.RunId, cancellationToken);
        if (run?.Status != RunStatus.InProgress)
        {
            await store.Batches.HeldBy(lease).ExecuteUpdateAsync(set => set.SetProperty(row => row.Status, BatchStatus.Canceled), cancellationToken);
            return;
        }

        try
        {
            if (batch.Attempt > options.Value.MaxAttempts)
            {
                throw new RunFailedException("worker_lost", $"The worker of the items {batch.FirstIndex} to {batch.LastIndex} ended {batch.Attempt - 1} times without finishing them.");
            }

            await GradeAsync(run, batch, lease, cancellationToken);
        }
        catch (SourceException exception)
        {
            await ending.FailAsync<RunBatch>(lease, run.Id, "invalid_data_source", exception.Message, cancellationToken);
        }
        catch (RunFailedException exception)
        {
            await ending.FailAsync<RunBatch>(lease, run.Id, exception.Code, exception.Message, cancellationToken);
        }
    }

    private async Task GradeAsync(Run run, RunBatch batch, Lease lease, CancellationToken cancellationToken)
    {
        var prepared = await runs.GetAsync(run, await store.Evals.AsNoTracking().SingleAsync(eval => eval.Id == run.EvalId, cancellationToken), cancellationToken);
        var grading = new ItemGrading(prepared.Sampler, prepared.Definition.Graders, run.Caller(Scopes.Inference), logger);
        var watch = new SamplingWatch(history, run.Id, options.Value.FailAfter, await history.CountFailedAsync(run.Id, cancellationToken));
        var outputs = await store.OutputItems.AsNoTracking()
            .Where(row => row.RunId == run.Id && row.Index >= batch.FirstIndex && row.Index <= batch.LastIndex)
            .OrderBy(row => row.Index).ThenBy(row => row.Repetition).ToListAsync(cancellationToken);
        var ledger = new BatchLedger(store, batch, lease);
        var work = new BatchWork(prepared, grading, watch, slots, ledger);
        await work.GradeAsync([.. outputs.Where(output => output.Status == ItemStatus.Pending)], cancellationToken);
        if (await ledger.FinishAsync(outputs, cancellationToken))
        {
            ending.Announce();
        }
    }
}
