using System.Text.Json.Nodes;
using LlmGateway.FineTuning.Jobs;
using LlmGateway.FineTuning.OwnCalls;
using LlmGateway.FineTuning.Storage;
using LlmGateway.Service;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.FineTuning.Improvements;

/// <summary>What callers do to an improvement: each takes the row from the worker that holds it, by its fence.</summary>
internal sealed class ImprovementControl(FineTuningDbContext store, JobControl jobs, SystemApi api, ImprovementWorker worker, TimeProvider time)
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

        if (row.Status != ImprovementStage.Held)
        {
            await jobs.ApproveAsync(row.JobId!, caller, cancellationToken);
        }

        return await ChangeAsync(
            row,
            improvement =>
            {
                improvement.Status = improvement.Status == ImprovementStage.Held ? ImprovementStage.Canarying : improvement.Status;
                improvement.ShownStatus = ImprovementStatus.Running;
            },
            cancellationToken);
    }

    /// <summary>Ends it where it is: its job is cancelled, and its canary is rolled back.</summary>
    /// <exception cref="ApiException">It has ended (400).</exception>
    public async Task<Improvement> CancelAsync(string id, Caller caller, CancellationToken cancellationToken)
    {
        var row = await FindAsync(id, caller, cancellationToken);
        if (ImprovementStatus.HasEnded(row.ShownStatus))
        {
            throw Refused(row, "cancelled");
        }

        await EndMadeAsync(row, row.Status, caller, cancellationToken);
        var cancelled = await ChangeAsync(
            row,
            improvement =>
            {
                improvement.EndRunning(ImprovementStep.Skipped, "The improvement was cancelled", time.GetUtcNow().ToUnixTimeSeconds());
                (improvement.Status, improvement.ShownStatus, improvement.FinishedAt) = (ImprovementStage.Done, ImprovementStatus.Cancelled, time.NowMicros());
            },
            cancellationToken);

        // The worker may have made something between the look and the change; after the change it makes no more.
        await EndMadeAsync(cancelled, row.Status, caller, cancellationToken);
        return cancelled;
    }

    /// <summary>Does a step and all after it once more; what was made before stays where it is.</summary>
    /// <exception cref="ApiException">It is under way, or has not come to that step (400).</exception>
    public async Task<Improvement> RerunAsync(string id, string step, Caller caller, CancellationToken cancellationToken)
    {
        var row = await FindAsync(id, caller, cancellationToken);
        var (name, stage) = ImprovementStep.All.FirstOrDefault(known => known.Name == step);
        if (name is null)
        {
            throw new ApiException(ApiErrors.BadRequest($"Invalid 'step': expected one of {string.Join(", ", ImprovementStep.All.Select(known => known.Name))}.", "step"));
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

        if (stage == ImprovementStage.Evaluating)
        {
            await jobs.EvaluateAsync(row.JobId!, caller, cancellationToken);
        }

        return await ChangeAsync(row, improvement => BeginAgain(improvement, stage), cancellationToken);
    }

    private static bool IsAhead(Improvement row, string stage) => stage switch
    {
        ImprovementStage.Training => row.DatasetId is null,
        ImprovementStage.Evaluating => row.FineTunedModel is null,
        ImprovementStage.Crediting or ImprovementStage.Canarying => ImprovementSteps.Read(row.Steps).Single(step => step.Name == ImprovementStep.Evaluate).Status != ImprovementStep.Completed,
        _ => false,
    };

    private static bool IsBetter(Improvement row) =>
        (string?)ImprovementSteps.Read(row.Steps).Single(step => step.Name == ImprovementStep.Evaluate).Result?["held_out"]?["comparison"]?["verdict"] == "better";

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

    private async Task EndMadeAsync(Improvement row, string stage, Caller caller, CancellationToken cancellationToken)
    {
        if (stage == ImprovementStage.Training && row.JobId is { } job)
        {
            await CancelJobAsync(job, caller, cancellationToken);
        }

        if (stage == ImprovementStage.Canarying)
        {
            // By its name: the row may not know the id yet.
            await RollBackAsync(row, row.ExperimentId ?? $"{row.Id}-{row.Round}", caller, cancellationToken);
        }
    }

    private async Task CancelJobAsync(string job, Caller caller, CancellationToken cancellationToken)
    {
        try
        {
            await jobs.CancelAsync(job, caller, cancellationToken);
        }
        catch (ApiException exception) when (exception.Error.Code == "invalid_state")
        {
            // It has ended meanwhile.
        }
    }

    private async Task RollBackAsync(Improvement row, string experiment, Caller caller, CancellationToken cancellationToken)
    {
        try
        {
            var reason = new JsonObject { ["reason"] = $"The improvement '{row.Id}' was cancelled" };
            await api.PostAsync(ServiceNames.Gateway, $"/v1/experiments/{experiment}/rollback", reason, caller, cancellationToken);
        }
        catch (ApiException exception) when (exception.Error.Status is 400 or 404 or 409)
        {
            // It has ended meanwhile, or it is gone.
        }
    }

    private async Task<Improvement> ChangeAsync(Improvement seen, Action<Improvement> change, CancellationToken cancellationToken)
    {
        await using (var transaction = await store.Database.BeginTransactionAsync(cancellationToken))
        {
            if (await store.Improvements.Where(row => row.Id == seen.Id && row.Status == seen.Status && row.ShownStatus == seen.ShownStatus).ExecuteUpdateAsync(
                set => set.SetProperty(row => row.Fence, row => row.Fence + 1).SetProperty(row => row.LeaseUntil, (long?)null), cancellationToken) == 0)
            {
                throw new ApiException(new ApiError(409, "changed_meanwhile", $"The improvement '{seen.Id}' went on meanwhile: look at it, and ask again.", "id"));
            }

            store.ChangeTracker.Clear();
            change(await store.Improvements.SingleAsync(row => row.Id == seen.Id, cancellationToken));
            await store.SaveChangesAsync(cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }

        worker.Wake();
        return await store.Improvements.AsNoTracking().SingleAsync(row => row.Id == seen.Id, cancellationToken);
    }

    private static ApiException Refused(Improvement row, string what) => new(ApiErrors.BadRequest(
        $"The improvement '{row.Id}' cannot be {what} in its state ({row.ShownStatus}).", "id", "invalid_state"));
}
