using LlmGateway.FineTuning.Evaluations;
using LlmGateway.FineTuning.Jobs;
using LlmGateway.FineTuning.Storage;
using LlmGateway.Service;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.FineTuning.Improvements;

/// <summary>What callers do to an improvement: each takes the row from the worker that holds it, by its fence.</summary>
internal sealed class ImprovementControl(FineTuningDbContext store, JobControl jobs, ImprovementWorker worker, TimeProvider time)
{
    public async Task<Improvement> CreateAsync(ImprovementRequest request, Caller caller, CancellationToken cancellationToken)
    {
        var row = new Improvement
        {
            Id = RowIds.New(Improvement.IdPrefix, time.GetUtcNow()),
            ProjectId = caller.ProjectId,
            KeyId = caller.KeyId,
            Request = request.Write(),
            CreatedAt = time.NowMicros(),
            Status = ImprovementStage.Selecting,
            ShownStatus = ImprovementStatus.Running,
            Steps = ImprovementSteps.Initial,
        };
        store.Add(row);
        await store.SaveChangesAsync(cancellationToken);
        worker.Wake();
        return row;
    }

    /// <exception cref="ApiException">There is none (404).</exception>
    public async Task<Improvement> FindAsync(string id, Caller caller, CancellationToken cancellationToken) =>
        await store.Improvements.AsNoTracking().SingleOrDefaultAsync(row => row.ProjectId == caller.ProjectId && row.Id == id, cancellationToken)
        ?? throw new ApiException(ApiErrors.NotFound($"There is no improvement '{id}'.", "id"));

    /// <summary>Approves what it waits for: the training, or the canary.</summary>
    /// <exception cref="ApiException">It waits for nothing (400).</exception>
    public async Task<Improvement> ApproveAsync(string id, Caller caller, CancellationToken cancellationToken)
    {
        var row = await FindAsync(id, caller, cancellationToken);
        if (row.ShownStatus != ImprovementStatus.WaitingForApproval)
        {
            throw Refused(row, "approved");
        }

        if (row.Status == ImprovementStage.Held)
        {
            return await ChangeAsync(id, caller, ApproveCanary, cancellationToken);
        }

        // The worker may see the job's approval first, and be further on.
        await jobs.ApproveAsync(row.JobId!, caller, cancellationToken);
        return await ChangeAsync(
            id,
            caller,
            improvement => improvement.ShownStatus = improvement.Status == row.Status ? ImprovementStatus.Running : improvement.ShownStatus,
            cancellationToken);
    }

    /// <summary>It is shown as cancelled at once; what it has under way elsewhere is ended by a worker.</summary>
    /// <exception cref="ApiException">It has ended (400).</exception>
    public Task<Improvement> CancelAsync(string id, Caller caller, CancellationToken cancellationToken) => ChangeAsync(
        id,
        caller,
        improvement =>
        {
            if (ImprovementStatus.HasEnded(improvement.ShownStatus))
            {
                throw Refused(improvement, "cancelled");
            }

            improvement.EndRunning(ImprovementStep.Skipped, "The improvement was cancelled", time.GetUtcNow().ToUnixTimeSeconds());
            (improvement.Status, improvement.ShownStatus, improvement.FinishedAt) = (ImprovementStage.Cancelling, ImprovementStatus.Cancelled, time.NowMicros());
            improvement.Attempt = 0;
        },
        cancellationToken);

    /// <summary>Does a step and all after it once more; what was made before stays where it is.</summary>
    /// <exception cref="ApiException">It is under way, or has not come to that step (400).</exception>
    public async Task<Improvement> RerunAsync(string id, string step, Caller caller, CancellationToken cancellationToken)
    {
        var row = await FindAsync(id, caller, cancellationToken);
        var stage = ImprovementStep.All.FirstOrDefault(known => known.Name == step).Stage
            ?? throw new ApiException(ApiErrors.BadRequest($"Invalid 'step': expected one of {string.Join(", ", ImprovementStep.All.Select(known => known.Name))}.", "step"));
        RefuseRerun(row, step, stage);
        if (stage == ImprovementStage.Evaluating)
        {
            await jobs.EvaluateAsync(row.JobId!, caller, cancellationToken);
        }

        return await ChangeAsync(
            id,
            caller,
            improvement =>
            {
                RefuseRerun(improvement, step, stage);
                BeginAgain(improvement, stage);
            },
            cancellationToken);
    }

    private static void ApproveCanary(Improvement row)
    {
        if (row.Status != ImprovementStage.Held)
        {
            throw Refused(row, "approved");
        }

        (row.Status, row.ShownStatus) = (ImprovementStage.Canarying, ImprovementStatus.Running);
    }

    private static void RefuseRerun(Improvement row, string step, string stage)
    {
        if (row.Status == ImprovementStage.Cancelling)
        {
            throw new ApiException(ApiErrors.BadRequest(
                $"The improvement '{row.Id}' was cancelled just now, and what it made is being ended: ask again in a moment.", "id", "invalid_state"));
        }

        if (row.Status != ImprovementStage.Held && !ImprovementStatus.HasEnded(row.ShownStatus))
        {
            throw Refused(row, "run again");
        }

        if (IsAhead(row, stage))
        {
            throw new ApiException(ApiErrors.BadRequest($"The improvement '{row.Id}' has not come to '{step}': run an earlier step again.", "step", "invalid_state"));
        }

        if (stage == ImprovementStage.Canarying && !IsBetter(row))
        {
            throw new ApiException(ApiErrors.BadRequest(
                $"The model of '{row.Id}' was not shown to be better, and is given to no caller: train or evaluate it again.", "step", "invalid_state"));
        }
    }

    private static bool IsAhead(Improvement row, string stage) => stage switch
    {
        ImprovementStage.Training => row.DatasetId is null,
        ImprovementStage.Evaluating => row.FineTunedModel is null,
        ImprovementStage.Crediting or ImprovementStage.Canarying => row.Step(ImprovementStep.Evaluate).Status != ImprovementStep.Completed,
        _ => false,
    };

    private static bool IsBetter(Improvement row) =>
        (string?)row.Step(ImprovementStep.Evaluate).Result?["held_out"]?["comparison"]?["verdict"] == PairedResult.Better;

    private static void BeginAgain(Improvement row, string stage)
    {
        row.Reset(ImprovementStep.All.First(step => step.Stage == stage).Name);
        (row.Status, row.ShownStatus, row.Outcome, row.FinishedAt, row.ErrorCode, row.ErrorMessage) = (stage, ImprovementStatus.Running, null, null, null, null);
        if (stage == ImprovementStage.Canarying && ImprovementRequest.Parse(row.Request).IsManual)
        {
            // What callers see is approved each time.
            (row.Status, row.ShownStatus) = (ImprovementStage.Held, ImprovementStatus.WaitingForApproval);
        }

        row.Round++;
        row.Attempt = 0;
        row.ExperimentId = null;
        row.AttributionId = stage == ImprovementStage.Canarying ? row.AttributionId : null;
        if (stage is ImprovementStage.Selecting or ImprovementStage.Training)
        {
            (row.JobId, row.FineTunedModel) = (null, null);
        }
    }

    /// <summary>Takes the row from the worker that holds it, and changes it as it is then. The next worker begins when that one has stopped.</summary>
    private async Task<Improvement> ChangeAsync(string id, Caller caller, Action<Improvement> change, CancellationToken cancellationToken)
    {
        await using (var transaction = await store.Database.BeginTransactionAsync(cancellationToken))
        {
            await store.Improvements.Where(row => row.ProjectId == caller.ProjectId && row.Id == id).ExecuteUpdateAsync(
                set => set.SetProperty(row => row.Fence, row => row.Fence + 1).SetProperty(row => row.LeaseUntil, row => row.LeaseOwner == null ? null : row.LeaseUntil),
                cancellationToken);
            change(store.Attach(await FindAsync(id, caller, cancellationToken)).Entity);
            await store.SaveChangesAsync(cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }

        worker.Wake();
        return await FindAsync(id, caller, cancellationToken);
    }

    private static ApiException Refused(Improvement row, string what) => new(ApiErrors.BadRequest(
        $"The improvement '{row.Id}' cannot be {what} in its state ({row.ShownStatus}).", "id", "invalid_state"));
}
