using System.Text.Json;
using LlmGateway.Evaluation.Evals;
using LlmGateway.Evaluation.Storage;
using LlmGateway.OpenAI;
using LlmGateway.Service;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Evaluation.Runs;

/// <summary>OpenAI's eval runs.</summary>
internal static class RunEndpoints
{
    /// <summary>32 MB: items may stand in the request.</summary>
    private const int MaxBodyBytes = 32 << 20;

    public static void MapRuns(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/evals/{id}/runs", CreateAsync).WithName("CreateEvalRun").WithSummary("Start a run of an eval")
            .WithMetadata(new RequestSizeLimitAttribute(MaxBodyBytes));
        routes.MapGet("/v1/evals/{id}/runs", ListAsync).WithName("ListEvalRuns").WithSummary("List an eval's runs");
        routes.MapGet("/v1/evals/{id}/runs/{run}", GetAsync).WithName("GetEvalRun").WithSummary("Get a run");
        routes.MapPost("/v1/evals/{id}/runs/{run}", CancelAsync).WithName("CancelEvalRun").WithSummary("Cancel a run");
        routes.MapPost("/v1/evals/{id}/runs/{run}/retry", RetryAsync).WithName("RetryEvalRun").WithSummary("Run a run's missing and errored items again");
        routes.MapDelete("/v1/evals/{id}/runs/{run}", DeleteAsync).WithName("DeleteEvalRun").WithSummary("Delete a run with its items");
    }

    private static async Task<IResult> CreateAsync(
        string id, JsonElement body, HttpContext http, EvaluationDbContext store, RunCreation creation, CancellationToken cancellationToken)
    {
        var eval = await store.GetEvalAsync(http.Caller().ProjectId, id, cancellationToken);
        var run = await creation.CreateAsync(eval, JsonFields.Of(body, ""), http.Caller(), cancellationToken);
        return Show(http, run, StatusCodes.Status201Created);
    }

    private static async Task<IResult> ListAsync(string id, HttpContext http, EvaluationDbContext store, CancellationToken cancellationToken)
    {
        var page = PageQuery.Read(http.Request.Query, descendingByDefault: false);
        var eval = await store.GetEvalAsync(http.Caller().ProjectId, id, cancellationToken);
        var runs = store.Runs.AsNoTracking().Where(run => run.EvalId == eval.Id);
        if (http.Request.Query["status"].ToString() is { Length: > 0 } status)
        {
            runs = RunStatus.All.Contains(status)
                ? runs.Where(run => run.Status == status)
                : throw JsonFields.Invalid($"Invalid 'status': expected one of {string.Join(", ", RunStatus.All)}.", "status");
        }

        var cursor = page.After is { } after
            ? await store.Runs.AsNoTracking().SingleOrDefaultAsync(run => run.EvalId == eval.Id && run.Id == after, cancellationToken)
                ?? throw JsonFields.Invalid($"There is no run '{JsonFields.Shortened(after)}' to list after.", "after")
            : null;
        var rows = await runs.Page(page, nameof(Run.CreatedAt), cursor is null ? null : (cursor.CreatedAt, cursor.Id)).ToListAsync(cancellationToken);
        await store.WithProgressAsync(rows, cancellationToken);
        return TypedResults.Json(rows.ToPage(page.Limit, run => RunView.Of(run, Address(http)), row => row.Id), EvaluationJson.TypeInfo<ListPage<RunView>>());
    }

    private static async Task<IResult> GetAsync(string id, string run, HttpContext http, EvaluationDbContext store, CancellationToken cancellationToken)
    {
        var found = await store.GetRunAsync(http.Caller().ProjectId, id, run, cancellationToken);
        await store.WithProgressAsync([found], cancellationToken);
        return Show(http, found);
    }

    private static async Task<IResult> CancelAsync(
        string id, string run, HttpContext http, EvaluationDbContext store, RunEnding ending, CancellationToken cancellationToken)
    {
        var found = await store.GetRunAsync(http.Caller().ProjectId, id, run, cancellationToken);
        return await ending.CancelAsync(found.Id, cancellationToken)
            ? await GetAsync(id, run, http, store, cancellationToken)
            : throw JsonFields.Invalid($"The run '{found.Id}' has ended already; only a run that is queued or in progress can be canceled.", "run_id");
    }

    private static async Task<IResult> RetryAsync(
        string id, string run, HttpContext http, EvaluationDbContext store, RunRetry retry, CancellationToken cancellationToken)
    {
        var found = await store.GetRunAsync(http.Caller().ProjectId, id, run, cancellationToken);
        return TypedResults.Json(await retry.RetryAsync(found, cancellationToken), EvaluationJson.TypeInfo<RunRetryView>());
    }

    /// <summary>It is ended first, so that no worker holds a row of it.</summary>
    private static async Task<IResult> DeleteAsync(
        string id, string run, HttpContext http, EvaluationDbContext store, RunDeletion deletion, CancellationToken cancellationToken)
    {
        await store.GetRunAsync(http.Caller().ProjectId, id, run, cancellationToken);
        await deletion.DeleteAsync(store.Runs.Where(row => row.Id == run), cancellationToken);
        return TypedResults.Json(new DeletedRun(run), EvaluationJson.TypeInfo<DeletedRun>());
    }

    private static JsonHttpResult<RunView> Show(HttpContext http, Run run, int status = StatusCodes.Status200OK) =>
        TypedResults.Json(RunView.Of(run, Address(http)), EvaluationJson.TypeInfo<RunView>(), statusCode: status);

    /// <summary>This server as the caller knows it: the gateway says by which address it was asked.</summary>
    private static string Address(HttpContext http)
    {
        var (scheme, host) = (http.Request.Headers["X-Forwarded-Proto"].ToString(), http.Request.Headers["X-Forwarded-Host"].ToString());
        return $"{(scheme.Length > 0 ? scheme : http.Request.Scheme)}://{(host.Length > 0 ? host : http.Request.Host)}";
    }
}
