using System.Text.Json;
using System.Text.Json.Serialization;
using LlmGateway.Contracts.Gateway;
using LlmGateway.Gateway.Settings;
using LlmGateway.Gateway.Storage;
using LlmGateway.Service;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Gateway.Experiments;

/// <summary>Where Evaluation reads what runs, and says what is to be done.</summary>
internal static class InternalExperimentEndpoints
{
    private const int MaxEvidenceLength = 32 << 10;

    public static void MapInternalExperiments(this IEndpointRouteBuilder endpoints)
    {
        var experiments = endpoints.MapGroup(RunningExperiment.Path).RequireAuthorization(Policies.Internal).ExcludeFromDescription();
        experiments.MapGet("", ListAsync);
        experiments.MapPost("/{id}/decisions", DecideAsync);
    }

    private static async Task<IResult> ListAsync(GatewayDbContext context, CancellationToken cancellationToken)
    {
        var rows = await context.Experiments.AsNoTracking().Where(row => row.Status == ExperimentStatus.Running)
            .OrderBy(row => row.Id).ToListAsync(cancellationToken);
        return TypedResults.Json(rows.ConvertAll(row => row.ToRunning()), ExperimentJson.Default.ListRunningExperiment);
    }

    private static async Task<IResult> DecideAsync(
        string id, HttpContext http, GatewayDbContext context, ExperimentChanges changes, TimeProvider time, CancellationToken cancellationToken)
    {
        var decision = await http.Request.ReadFromJsonAsync(ExperimentJson.Default.ExperimentDecision, cancellationToken)
            ?? throw ExperimentRules.Refused("A decision is an object.", "action");
        var evidence = decision.Evidence?.ToJsonString();
        if (evidence?.Length > MaxEvidenceLength)
        {
            throw ExperimentRules.Refused($"'evidence' may have at most {MaxEvidenceLength} characters.", "evidence");
        }

        var reason = ExperimentRules.CheckReason(decision.Reason);
        var experiment = await context.Experiments.AsNoTracking().SingleOrDefaultAsync(row => row.Id == id, cancellationToken) ?? throw ExperimentChanges.Unknown(id);
        if (decision.Action == ExperimentAction.Alarm)
        {
            var kind = KindOf(decision);
            Check(experiment, decision);
            // Looked up first: what is told again and again changes nothing, and no gateway has to hear of it.
            return await context.ExperimentEvents.AnyAsync(row => row.ExperimentId == id && row.Stage == experiment.Stage && row.AlarmKind == kind, cancellationToken)
                ? Show(experiment)
                : Show(await changes.ChangeAsync(experiment, row => AlarmAsync(context, row, decision, kind, new(ExperimentEvent.Evaluation, ExperimentAction.Alarm, reason) { Evidence = evidence, AlarmKind = kind }), cancellationToken));
        }

        return Show(await changes.ChangeAsync(
            experiment,
            row =>
            {
                Check(row, decision);
                Decide(row, decision, time.GetUtcNow().ToUnixTimeSeconds());
                return Task.FromResult<ExperimentNote?>(new ExperimentNote(ExperimentEvent.Evaluation, decision.Action, reason) { Evidence = evidence });
            },
            cancellationToken));
    }

    private static async Task<ExperimentNote?> AlarmAsync(GatewayDbContext context, Experiment row, ExperimentDecision decision, string kind, ExperimentNote note)
    {
        Check(row, decision);
        return await context.ExperimentEvents.AnyAsync(told => told.ExperimentId == row.Id && told.Stage == row.Stage && told.AlarmKind == kind) ? null : note;
    }

    /// <summary>What the evidence calls its <c>kind</c>; else each reason is a kind of its own.</summary>
    private static string KindOf(ExperimentDecision decision)
    {
        var kind = decision.Evidence?["kind"] is { } told && told.GetValueKind() == JsonValueKind.String ? told.GetValue<string>() : decision.Reason ?? "";
        return kind[..Math.Min(kind.Length, ExperimentRules.MaxReasonLength)];
    }

    private static void Check(Experiment row, ExperimentDecision decision)
    {
        ExpectedVersion.Check("experiment", row.Version, decision.Version);
        if (row.Status != ExperimentStatus.Running)
        {
            throw ExperimentChanges.Conflict("experiment_not_running", $"The experiment is {row.Status}.");
        }
    }

    private static void Decide(Experiment row, ExperimentDecision decision, long now)
    {
        var definition = row.ReadDefinition();
        switch (decision.Action)
        {
            case ExperimentAction.Advance when definition.Allocation == ExperimentAllocation.Canary:
                row.Reweigh(NextStep(definition, row.ReadWeights(), decision.Weights), now);
                break;
            case ExperimentAction.Reweigh when definition.Allocation != ExperimentAllocation.Canary && decision.Weights is { } weights:
                row.Reweigh(ExperimentRules.ReadWeights(definition, weights), now);
                break;
            case ExperimentAction.Promote when definition.IndexOf(decision.Winner) is var winner and >= 0:
                row.End(ExperimentStatus.Promoted, winner, now);
                break;
            case ExperimentAction.RollBack:
                row.End(ExperimentStatus.RolledBack, 0, now);
                break;
            case ExperimentAction.Conclude:
                row.End(ExperimentStatus.Concluded, 0, now);
                break;
            default:
                throw ExperimentRules.Refused(
                    $"'{decision.Action}' cannot be done to an experiment that is {definition.Allocation}, or lacks 'weights' or a 'winner' that is one of its variants.", "action");
        }
    }

    private static double[] NextStep(ExperimentDefinition definition, double[] weights, IReadOnlyDictionary<string, double>? given)
    {
        if (given is not null)
        {
            var told = ExperimentRules.ReadWeights(definition, given);
            return told[1] > weights[1] ? told : throw ExperimentRules.Refused("A canary only grows.", "weights");
        }

        return definition.Steps.FirstOrDefault(step => step > weights[1]) is var next and > 0
            ? [1 - next, next]
            : throw ExperimentRules.Refused("The canary has all calls: there is no further step.", "action");
    }

    private static JsonHttpResult<RunningExperiment> Show(Experiment row) => TypedResults.Json(row.ToRunning(), ExperimentJson.Default.RunningExperiment);
}

/// <summary>What services say to one another; a newer one may say more.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(List<RunningExperiment>))]
[JsonSerializable(typeof(ExperimentDecision))]
internal sealed partial class ExperimentJson : JsonSerializerContext;
