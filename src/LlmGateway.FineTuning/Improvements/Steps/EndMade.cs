using System.Text.Json.Nodes;
using LlmGateway.FineTuning.Jobs;
using LlmGateway.FineTuning.OwnCalls;
using LlmGateway.FineTuning.Storage;
using LlmGateway.Service;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.FineTuning.Improvements.Steps;

/// <summary>
/// Ends what a cancelled improvement has under way elsewhere: its job, and its attribution or its canary. Each is found by its name where
/// the row has not come to know the id.
/// </summary>
internal sealed class EndMade(FineTuningDbContext store, JobControl jobs, SystemApi api, ImprovementWriter writer) : IImprovementStep
{
    private const string Attributions = "/v1/attributions";

    public string Stage => ImprovementStage.Cancelling;

    public async Task<Improvement> RunAsync(Improvement row, Lease lease, CancellationToken cancellationToken)
    {
        CrashPoint.Reach("improvements.cancelled");
        var caller = ImprovementCaller.Of(row);
        await EndJobAsync(row, caller, cancellationToken);
        if (row.Step(ImprovementStep.Report).Status is ImprovementStep.Completed or ImprovementStep.Failed)
        {
            await EndCanaryAsync(row, caller, cancellationToken);
        }
        else if (row.Step(ImprovementStep.Evaluate).Status == ImprovementStep.Completed)
        {
            await EndAttributionAsync(row, caller, cancellationToken);
        }

        CrashPoint.Reach("improvements.ended_made");
        return await writer.EndCancelledAsync(row, lease, null, cancellationToken);
    }

    private async Task EndJobAsync(Improvement row, Caller caller, CancellationToken cancellationToken)
    {
        var made = await store.Jobs.AsNoTracking()
            .Where(job => job.ProjectId == row.ProjectId && (job.Id == row.JobId || job.RequestId == row.NameInRound))
            .Select(job => job.Id)
            .ToListAsync(cancellationToken);
        foreach (var job in made)
        {
            await UnlessEndedAsync(() => jobs.CancelAsync(job, caller, cancellationToken));
        }
    }

    private async Task EndAttributionAsync(Improvement row, Caller caller, CancellationToken cancellationToken)
    {
        var made = row.AttributionId ?? await FindAttributionAsync(row, caller, cancellationToken);
        if (made is not null)
        {
            await UnlessEndedAsync(() => api.PostAsync(ServiceNames.Evaluation, $"{Attributions}/{made}/cancel", new JsonObject(), caller, cancellationToken));
        }
    }

    private async Task<string?> FindAttributionAsync(Improvement row, Caller caller, CancellationToken cancellationToken)
    {
        var newest = await api.GetAsync(ServiceNames.Evaluation, $"{Attributions}?order=desc&limit=100", caller, cancellationToken);
        return (string?)newest["data"]!.AsArray().FirstOrDefault(attribution => (string?)attribution!["name"] == row.Id)?["id"];
    }

    /// <summary>One that has promoted the model already keeps it: that was decided by the callers' feedback.</summary>
    private Task EndCanaryAsync(Improvement row, Caller caller, CancellationToken cancellationToken) => UnlessEndedAsync(async () =>
    {
        var path = $"/v1/experiments/{row.NameInRound}";
        var experiment = await api.GetAsync(ServiceNames.Gateway, path, caller, cancellationToken);
        if ((string?)experiment["status"] is "running" or "paused")
        {
            var reason = new JsonObject { ["reason"] = $"The improvement '{row.Id}' was cancelled" };
            await api.PostAsync(ServiceNames.Gateway, $"{path}/rollback", reason, caller, cancellationToken);
        }
    });

    private static async Task UnlessEndedAsync(Func<Task> end)
    {
        try
        {
            await end();
        }
        catch (ApiException exception) when (exception.Error.Status is 400 or 404 or 409)
        {
            // It has ended already, or was never made.
        }
    }
}
