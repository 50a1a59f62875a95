using System.Text.Json.Nodes;
using LlmGateway.FineTuning.Jobs;
using LlmGateway.FineTuning.OwnCalls;
using LlmGateway.FineTuning.Storage;
using LlmGateway.Service;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.FineTuning.Improvements.Steps;

/// <summary>
/// Ends what a cancelled improvement has under way elsewhere: its canary, its job and its attribution. Each is found by its name, because
/// the row may not have come to know the id.
/// </summary>
internal sealed class EndMade(FineTuningDbContext store, JobControl jobs, SystemApi api, ImprovementWriter writer) : IImprovementStep
{
    public string Stage => ImprovementStage.Cancelling;

    public async Task<Improvement> RunAsync(Improvement row, Lease lease, CancellationToken cancellationToken)
    {
        CrashPoint.Reach("improvements.cancelled");
        var caller = ImprovementCaller.Of(row);
        await EndCanaryAsync(row, caller, cancellationToken);
        await EndJobAsync(row, caller, cancellationToken);
        await EndAttributionAsync(row, caller, cancellationToken);
        CrashPoint.Reach("improvements.ended_made");
        return await writer.EndCancelledAsync(row, lease, cancellationToken);
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
        var newest = await api.GetAsync(ServiceNames.Evaluation, "/v1/attributions?order=desc&limit=100", caller, cancellationToken);
        foreach (var made in newest["data"]!.AsArray().Where(attribution => (string?)attribution!["name"] == row.Id))
        {
            await UnlessEndedAsync(() => api.PostAsync(ServiceNames.Evaluation, $"/v1/attributions/{(string)made!["id"]!}/cancel", new JsonObject(), caller, cancellationToken));
        }
    }

    private Task EndCanaryAsync(Improvement row, Caller caller, CancellationToken cancellationToken)
    {
        var reason = new JsonObject { ["reason"] = $"The improvement '{row.Id}' was cancelled" };
        return UnlessEndedAsync(() => api.PostAsync(ServiceNames.Gateway, $"/v1/experiments/{row.NameInRound}/rollback", reason, caller, cancellationToken));
    }

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
