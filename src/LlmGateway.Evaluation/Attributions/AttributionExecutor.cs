using System.Text.Json;
using LlmGateway.Evaluation.Evals;
using LlmGateway.Evaluation.Runs;
using LlmGateway.Evaluation.Storage;
using LlmGateway.Service;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace LlmGateway.Evaluation.Attributions;

/// <summary>
/// Takes an attribution one step on: makes runs, puts the work down while they go on, and computes the result once all are there. A
/// worker that takes over begins at the same place, because the runs themselves are the state.
/// </summary>
internal sealed class AttributionExecutor(
    EvaluationDbContext store,
    EvalDefinitions definitions,
    AttributionRuns runs,
    AttributionScores scores,
    IOptions<EvaluationOptions> options,
    TimeProvider time)
{
    public async Task ExecuteAsync(Attribution attribution, Lease lease, CancellationToken cancellationToken)
    {
        try
        {
            if (attribution.Attempt > options.Value.MaxAttempts)
            {
                throw new RunFailedException("worker_lost", $"Its worker ended {attribution.Attempt - 1} times without finishing it.");
            }

            await AdvanceAsync(attribution, lease, cancellationToken);
        }
        catch (RunFailedException exception)
        {
            await FailAsync(lease, exception.Code, exception.Message, cancellationToken);
        }
        catch (ApiException exception) when (exception.Error.Status < 500)
        {
            await FailAsync(lease, exception.Error.Code, exception.Message, cancellationToken);
        }
    }

    private async Task AdvanceAsync(Attribution attribution, Lease lease, CancellationToken cancellationToken)
    {
        await SetStatusAsync(lease, RunStatus.InProgress, cancellationToken);
        var plan = AttributionPlan.Read(attribution.Plan);
        var eval = await store.Evals.AsNoTracking().SingleAsync(row => row.Id == attribution.EvalId, cancellationToken);
        var found = await runs.FindAsync(attribution, plan, cancellationToken);
        if (found.FirstOrDefault(run => run is { Run: not null, IsOpen: false, IsDone: false })?.Run is { } lost)
        {
            throw new RunFailedException("run_failed", $"The run '{lost.Id}' is {lost.Status}{(lost.ErrorMessage is { } why ? $": {why}" : ".")}");
        }

        if (found.All(run => run.IsDone))
        {
            await FinishAsync(eval, plan, found, lease, cancellationToken);
            return;
        }

        await runs.CreateAsync(attribution, eval, plan, found, cancellationToken);
        await store.RestAsync<Attribution>(lease, time.GetUtcNow() + (options.Value.Leases.Sweep / 2), cancellationToken);
    }

    private async Task FinishAsync(
        Eval eval, AttributionPlan plan, IReadOnlyList<CombinationRun> found, Lease lease, CancellationToken cancellationToken)
    {
        var grader = (await definitions.ReadAsync(eval, cancellationToken)).Graders.Single(criterion => criterion.Name == plan.TestingCriterion);
        var measured = await scores.LoadAsync(found, grader.Name, cancellationToken);
        var result = new AttributionAnalysis(plan, measured, grader.IsBinary).Compute();
        var json = JsonSerializer.Serialize(result, EvaluationJson.TypeInfo<AttributionResult>());
        await store.WriteAsync<Attribution>(
            lease,
            token => store.Attributions.HeldBy(lease).ExecuteUpdateAsync(
                set => set.SetProperty(row => row.Status, RunStatus.Completed).SetProperty(row => row.Result, json), token),
            cancellationToken);
    }

    private Task SetStatusAsync(Lease lease, string status, CancellationToken cancellationToken) => store.WriteAsync<Attribution>(
        lease, token => store.Attributions.HeldBy(lease).ExecuteUpdateAsync(set => set.SetProperty(row => row.Status, status), token), cancellationToken);

    private Task FailAsync(Lease lease, string code, string message, CancellationToken cancellationToken) => store.WriteAsync<Attribution>(
        lease,
        token => store.Attributions.HeldBy(lease).ExecuteUpdateAsync(
            set => set.SetProperty(row => row.Status, RunStatus.Failed).SetProperty(row => row.ErrorCode, code).SetProperty(row => row.ErrorMessage, message), token),
        cancellationToken);
}
