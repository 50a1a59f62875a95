using System.Text.Json;
using LlmGateway.Contracts.Gateway;
using LlmGateway.Gateway.Storage;
using LlmGateway.OpenAI;
using LlmGateway.Service;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Gateway.Experiments;

/// <summary>A project's experiments: ours, in OpenAI's conventions.</summary>
internal static class ExperimentEndpoints
{
    public static void MapExperiments(this IEndpointRouteBuilder endpoints)
    {
        var experiments = endpoints.MapGroup("/v1/experiments").WithTags("Experiments");
        experiments.MapPost("", CreateAsync).RequireAuthorization(Policies.Admin)
            .WithName("gateway.experiments.create").WithSummary("Share a route's calls out among variants.");
        experiments.MapGet("", ListAsync).RequireAuthorization(Policies.Data)
            .WithName("gateway.experiments.list").WithSummary("List experiments.");
        experiments.MapGet("/{id}", GetAsync).RequireAuthorization(Policies.Data)
            .WithName("gateway.experiments.get").WithSummary("Get an experiment, by its id or name.");
        experiments.MapPost("/{id}", UpdateAsync).RequireAuthorization(Policies.Admin)
            .WithName("gateway.experiments.update").WithSummary("Pause an experiment, let it go on, or change a static one's weights.");
        experiments.MapDelete("/{id}", DeleteAsync).RequireAuthorization(Policies.Admin)
            .WithName("gateway.experiments.delete").WithSummary("Delete an experiment: calls go as their callers ask again.");
        experiments.MapPost("/{id}/promote", PromoteAsync).RequireAuthorization(Policies.Admin)
            .WithName("gateway.experiments.promote").WithSummary("Give all calls one variant, and end the experiment.");
        experiments.MapPost("/{id}/rollback", RollBackAsync).RequireAuthorization(Policies.Admin)
            .WithName("gateway.experiments.rollback").WithSummary("Give all calls the control, and end the experiment.");
        experiments.MapGet("/{id}/events", EventsAsync).RequireAuthorization(Policies.Data)
            .WithName("gateway.experiments.events").WithSummary("List what was changed of an experiment, when, by whom and why.");
    }

    private static async Task<IResult> CreateAsync(
        CreateExperimentRequest request, HttpContext http, ExperimentRules rules, ExperimentChanges changes, TimeProvider time, CancellationToken cancellationToken)
    {
        var project = http.Caller().ProjectId;
        var (definition, weights) = rules.Read(project, request);
        var now = time.GetUtcNow();
        var row = new Experiment
        {
            Id = RowIds.New(Experiment.IdPrefix, now),
            ProjectId = project,
            Name = request.Name!,
            Model = request.Model!,
            Definition = JsonSerializer.Serialize(definition, GatewayJsonContext.Default.ExperimentDefinition),
            Weights = Experiment.Write(weights),
            Status = ExperimentStatus.Running,
            Version = 1,
            Stage = 1,
            StageBeganAt = now.ToUnixTimeSeconds(),
            CreatedAt = now.ToUnixTimeSeconds(),
        };
        return Show(await changes.CreateAsync(row, ActorOf(http), cancellationToken));
    }

    private static async Task<IResult> ListAsync(HttpContext http, GatewayDbContext context, CancellationToken cancellationToken)
    {
        var page = PageQuery.Read(http.Request.Query, descendingByDefault: true);
        var experiments = context.Experiments.AsNoTracking().Where(row => row.ProjectId == http.Caller().ProjectId);
        var cursor = page.After is { } after
            ? await experiments.SingleOrDefaultAsync(row => row.Id == after, cancellationToken)
                ?? throw ExperimentRules.Refused($"There is no experiment '{after}' to list after.", "after")
            : null;
        var rows = await experiments.Page(page, nameof(Experiment.CreatedAt), cursor is null ? null : (cursor.CreatedAt, cursor.Id)).ToListAsync(cancellationToken);
        return TypedResults.Json(rows.ToPage(page.Limit, ExperimentResource.From, row => row.Id), GatewayJsonContext.Default.ListPageExperimentResource);
    }

    private static async Task<IResult> GetAsync(string id, HttpContext http, ExperimentChanges changes, CancellationToken cancellationToken) =>
        Show(await changes.FindAsync(http.Caller().ProjectId, id, cancellationToken));

    private static async Task<IResult> UpdateAsync(
        string id, UpdateExperimentRequest request, HttpContext http, ExperimentChanges changes, TimeProvider time, CancellationToken cancellationToken)
    {
        if (request.Status is not (null or ExperimentStatus.Running or ExperimentStatus.Paused))
        {
            throw ExperimentRules.Refused("'status' may be 'running' or 'paused'.", "status");
        }

        var reason = ExperimentRules.CheckReason(request.Reason);
        var experiment = await changes.FindAsync(http.Caller().ProjectId, id, cancellationToken);
        return Show(await changes.ChangeAsync(
            experiment,
            async row =>
            {
                var weights = ReadWeights(row, request);
                RefuseEnded(row);
                if (request.Status == ExperimentStatus.Running)
                {
                    await changes.RefuseSecondAsync(row, cancellationToken);
                }

                var action = Update(row, weights, request.Status, time.GetUtcNow().ToUnixTimeSeconds());
                return action is null ? null : new ExperimentNote(ActorOf(http), action, reason);
            },
            cancellationToken));
    }

    private static async Task<IResult> DeleteAsync(string id, HttpContext http, ExperimentChanges changes, CancellationToken cancellationToken)
    {
        var experiment = await changes.FindAsync(http.Caller().ProjectId, id, cancellationToken);
        await changes.DeleteAsync(experiment, ActorOf(http), cancellationToken);
        return TypedResults.Json(new DeletedObject(experiment.Id, "experiment.deleted"), GatewayJsonContext.Default.DeletedObject);
    }

    private static async Task<IResult> PromoteAsync(
        string id, PromoteExperimentRequest request, HttpContext http, ExperimentChanges changes, TimeProvider time, CancellationToken cancellationToken)
    {
        var reason = ExperimentRules.CheckReason(request.Reason);
        var experiment = await changes.FindAsync(http.Caller().ProjectId, id, cancellationToken);
        if (experiment.ReadDefinition().IndexOf(request.Variant) is var variant && variant < 0)
        {
            throw ExperimentRules.Refused("'variant' is required: the name of one of the experiment's variants.", "variant");
        }

        return Show(await changes.ChangeAsync(
            experiment,
            row => Task.FromResult(row.Winner == request.Variant ? null : End(row, ExperimentStatus.Promoted, variant, ExperimentAction.Promote)),
            cancellationToken));

        ExperimentNote End(Experiment row, string status, int place, string action)
        {
            row.End(status, place, time.GetUtcNow().ToUnixTimeSeconds());
            return new ExperimentNote(ActorOf(http), action, reason);
        }
    }

    private static async Task<IResult> RollBackAsync(
        string id, RollbackExperimentRequest? request, HttpContext http, ExperimentChanges changes, TimeProvider time, CancellationToken cancellationToken)
    {
        var reason = ExperimentRules.CheckReason(request?.Reason);
        var experiment = await changes.FindAsync(http.Caller().ProjectId, id, cancellationToken);
        return Show(await changes.ChangeAsync(
            experiment,
            row =>
            {
                if (row.Status == ExperimentStatus.RolledBack)
                {
                    return Task.FromResult<ExperimentNote?>(null);
                }

                row.End(ExperimentStatus.RolledBack, 0, time.GetUtcNow().ToUnixTimeSeconds());
                return Task.FromResult<ExperimentNote?>(new ExperimentNote(ActorOf(http), ExperimentAction.RollBack, reason));
            },
            cancellationToken));
    }

    /// <summary>Also those of a deleted one, by its id.</summary>
    private static async Task<IResult> EventsAsync(
        string id, HttpContext http, GatewayDbContext context, CancellationToken cancellationToken)
    {
        var page = PageQuery.Read(http.Request.Query, descendingByDefault: true);
        var project = http.Caller().ProjectId;
        var named = await context.Experiments.AsNoTracking()
            .Where(row => row.ProjectId == project && (row.Id == id || row.Name == id)).Select(row => row.Id).SingleOrDefaultAsync(cancellationToken) ?? id;
        var events = context.ExperimentEvents.AsNoTracking().Where(row => row.ProjectId == project && row.ExperimentId == named);
        if (!await events.AnyAsync(cancellationToken))
        {
            throw ExperimentChanges.Unknown(id);
        }

        var cursor = page.After is { } after
            ? await events.SingleOrDefaultAsync(row => row.Id == after, cancellationToken)
                ?? throw ExperimentRules.Refused($"There is no event '{after}' to list after.", "after")
            : null;
        var rows = await events.Page(page, nameof(ExperimentEvent.CreatedAt), cursor is null ? null : (cursor.CreatedAt, cursor.Id)).ToListAsync(cancellationToken);
        return TypedResults.Json(rows.ToPage(page.Limit, ExperimentEventResource.From, row => row.Id), GatewayJsonContext.Default.ListPageExperimentEventResource);
    }

    private static double[]? ReadWeights(Experiment row, UpdateExperimentRequest request)
    {
        if (request.Weights is not { } weights)
        {
            return null;
        }

        var definition = row.ReadDefinition();
        return definition.Allocation == ExperimentAllocation.Static
            ? ExperimentRules.ReadWeights(definition, weights)
            : throw ExperimentRules.Refused($"Only the weights of a static experiment can be set; those of one that is {definition.Allocation} are found.", "weights");
    }

    private static void RefuseEnded(Experiment row)
    {
        if (row.Status is not (ExperimentStatus.Running or ExperimentStatus.Paused))
        {
            throw ExperimentChanges.Conflict("experiment_ended", $"The experiment is {row.Status}: promote or roll back, or make another one.", "status");
        }
    }

    /// <returns>What was done; null for nothing.</returns>
    private static string? Update(Experiment row, double[]? weights, string? status, long now)
    {
        if (weights is not null)
        {
            row.Reweigh(weights, now);
        }

        if (status is null || status == row.Status)
        {
            return weights is null ? null : "update";
        }

        row.ChangeStatus(status);
        return weights is not null ? "update" : status == ExperimentStatus.Paused ? "pause" : "resume";
    }

    private static string ActorOf(HttpContext http) => http.Caller().KeyId ?? "service";

    private static JsonHttpResult<ExperimentResource> Show(Experiment row) =>
        TypedResults.Json(ExperimentResource.From(row), GatewayJsonContext.Default.ExperimentResource);
}
