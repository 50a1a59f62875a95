using System.Text.Json.Nodes;
using LlmGateway.Contracts.Gateway;
using LlmGateway.FineTuning.OwnCalls;
using LlmGateway.Service;

namespace LlmGateway.FineTuning.Improvements.Steps;

/// <summary>Gives the model to the route's callers by an experiment's steps, and waits until that has decided.</summary>
internal sealed class CanaryModel(SystemApi api, ImprovementWriter writer) : IImprovementStep
{
    private const string Path = "/v1/experiments";

    public string Stage => ImprovementStage.Canarying;

    public async Task<Improvement> RunAsync(Improvement row, Lease lease, CancellationToken cancellationToken)
    {
        var caller = ImprovementCaller.Of(row);
        if (row.ExperimentId is null)
        {
            var made = await FindOrMakeAsync(row, caller, cancellationToken);
            CrashPoint.Reach("improvements.canary_made");
            row = await writer.WriteAsync(
                lease,
                improvement =>
                {
                    improvement.ExperimentId = (string)made["id"]!;
                    improvement.Begin(ImprovementStep.Canary, writer.Now);
                },
                cancellationToken);
        }

        var experiment = await FindAsync(row.ExperimentId!, caller, cancellationToken);
        return (string?)experiment?["status"] switch
        {
            "running" or "paused" => row,
            "promoted" when (string?)experiment!["winner"] == "candidate" =>
                await EndAsync(row, lease, ImprovementOutcome.Promoted, $"'{row.FineTunedModel}' answers all calls", cancellationToken),
            "rolled_back" => await EndAsync(row, lease, ImprovementOutcome.RolledBack, await WhyRolledBackAsync(row.ExperimentId!, caller, cancellationToken), cancellationToken),
            _ => await EndAsync(row, lease, ImprovementOutcome.NotPromoted, "The experiment ended without a promotion", cancellationToken),
        };
    }

    private async Task<JsonNode> FindOrMakeAsync(Improvement row, Caller caller, CancellationToken cancellationToken) =>
        await FindAsync(row.NameInRound, caller, cancellationToken)
            ?? await api.PostAsync(ServiceNames.Gateway, Path, Describe(row), caller, cancellationToken);

    private async Task<JsonNode?> FindAsync(string idOrName, Caller caller, CancellationToken cancellationToken)
    {
        try
        {
            return await api.GetAsync(ServiceNames.Gateway, $"{Path}/{idOrName}", caller, cancellationToken);
        }
        catch (ApiException exception) when (exception.Error.Status == 404)
        {
            return null;
        }
    }

    /// <summary>By the experiment's rules, or by a person: its trail says which, and why.</summary>
    private async Task<string> WhyRolledBackAsync(string experiment, Caller caller, CancellationToken cancellationToken)
    {
        var trail = await api.GetAsync(ServiceNames.Gateway, $"{Path}/{experiment}/events?limit=20&order=desc", caller, cancellationToken);
        var reason = (string?)trail["data"]!.AsArray().FirstOrDefault(one => (string?)one!["action"] == ExperimentAction.RollBack)?["reason"];
        return reason is null ? "All calls went back to what answered before" : $"All calls went back to what answered before: {reason}";
    }

    private static JsonObject Describe(Improvement row)
    {
        var request = ImprovementRequest.Parse(row.Request);
        var body = request.Canary is { } canary ? (JsonObject)JsonNode.Parse(canary.GetRawText())! : [];
        body["name"] = row.NameInRound;
        body["model"] = request.Route;
        body["allocation"] = "canary";
        body["variants"] = new JsonArray(new JsonObject { ["name"] = "current" }, new JsonObject { ["name"] = "candidate", ["model"] = row.FineTunedModel });
        body["goal"] = new JsonObject
        {
            ["metric"] = request.Goal!.Metric,
            ["optimize"] = request.Goal.Optimize,
            ["effect"] = request.Goal.Effect ?? ImprovementGoal.DefaultEffect,
        };
        return body;
    }

    private Task<Improvement> EndAsync(Improvement row, Lease lease, string outcome, string summary, CancellationToken cancellationToken) => writer.CompleteAsync(
        row,
        lease,
        outcome,
        improvement => improvement.End(ImprovementStep.Canary, ImprovementStep.Completed, summary, new JsonObject { ["experiment_id"] = row.ExperimentId, ["outcome"] = outcome }, writer.Now),
        cancellationToken);
}
