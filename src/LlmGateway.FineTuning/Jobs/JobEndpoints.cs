using LlmGateway.FineTuning.Storage;
using LlmGateway.OpenAI;
using LlmGateway.Service;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.FineTuning.Jobs;

/// <summary>OpenAI's fine-tuning jobs. A job is named by its own id, or by the one that the caller gave it.</summary>
internal static class JobEndpoints
{
    public static void MapJobs(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/fine_tuning/jobs", CreateAsync).WithName("CreateFineTuningJob").WithSummary("Fine-tune a model")
            .WithMetadata(new RequestSizeLimitAttribute(JobRequestReader.MaxBytes));
        routes.MapGet("/v1/fine_tuning/jobs", ListAsync).WithName("ListFineTuningJobs").WithSummary("List fine-tuning jobs");
        routes.MapGet("/v1/fine_tuning/jobs/{id}", GetAsync).WithName("GetFineTuningJob").WithSummary("Get a fine-tuning job");
        routes.MapPost("/v1/fine_tuning/jobs/{id}/cancel", CancelAsync).WithName("CancelFineTuningJob").WithSummary("Cancel a fine-tuning job");
        routes.MapPost("/v1/fine_tuning/jobs/{id}/pause", PauseAsync).WithName("PauseFineTuningJob").WithSummary("Pause a job that does not train yet");
        routes.MapPost("/v1/fine_tuning/jobs/{id}/resume", ResumeAsync).WithName("ResumeFineTuningJob").WithSummary("Resume a paused job");
        routes.MapPost("/v1/fine_tuning/jobs/{id}/approve", ApproveAsync).WithName("ApproveFineTuningJob").WithSummary("Approve what a job will cost").RequireAuthorization(Policies.Admin);
        routes.MapPost("/v1/fine_tuning/jobs/{id}/evaluate", EvaluateAsync).WithName("EvaluateFineTuningJob").WithSummary("Compare a job's model with its base once more");
        routes.MapGet("/v1/fine_tuning/jobs/{id}/checks", GetChecksAsync).WithName("GetFineTuningChecks").WithSummary("Get what was found in a job's data");
        routes.MapGet("/v1/fine_tuning/jobs/{id}/events", ListEventsAsync).WithName("ListFineTuningEvents").WithSummary("List what happened in a job");
        routes.MapGet("/v1/fine_tuning/jobs/{id}/checkpoints", ListCheckpointsAsync).WithName("ListFineTuningCheckpoints").WithSummary("List a job's checkpoints");
    }

    private static async Task<IResult> CreateAsync(HttpContext http, JobIntake intake, CancellationToken cancellationToken)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body, cancellationToken);
        var request = JobRequestReader.Read(body.GetBuffer().AsSpan(0, (int)body.Length));
        if (request.Project is not null)
        {
            throw new ApiException(ApiErrors.BadRequest("The project is the API key's own: leave 'project' out.", "project"));
        }

        return Json(await intake.AcceptAsync(request, http.Caller(), cancellationToken));
    }

    private static async Task<IResult> ListAsync(HttpContext http, FineTuningDbContext store, CancellationToken cancellationToken)
    {
        var page = PageQuery.Read(http.Request.Query, descendingByDefault: true);
        var project = http.Caller().ProjectId;
        var rows = JobFilter.Read(http.Request.Query).Apply(store.Jobs.AsNoTracking().Where(job => job.ProjectId == project));
        return Page(page, await rows.PageById(page).ToListAsync(cancellationToken), JobView.Of, job => job.Id);
    }

    private static async Task<IResult> GetAsync(string id, HttpContext http, FineTuningDbContext store, CancellationToken cancellationToken) =>
        Json(await store.FindJobAsync(id, http.Caller(), cancellationToken));

    private static async Task<IResult> CancelAsync(string id, HttpContext http, JobControl control, CancellationToken cancellationToken) =>
        Json(await control.CancelAsync(id, http.Caller(), cancellationToken));

    private static async Task<IResult> PauseAsync(string id, HttpContext http, JobControl control, CancellationToken cancellationToken) =>
        Json(await control.PauseAsync(id, http.Caller(), cancellationToken));

    private static async Task<IResult> ResumeAsync(string id, HttpContext http, JobControl control, CancellationToken cancellationToken) =>
        Json(await control.ResumeAsync(id, http.Caller(), cancellationToken));

    private static async Task<IResult> ApproveAsync(string id, HttpContext http, JobControl control, CancellationToken cancellationToken) =>
        Json(await control.ApproveAsync(id, http.Caller(), cancellationToken));

    private static async Task<IResult> EvaluateAsync(string id, HttpContext http, JobControl control, CancellationToken cancellationToken) =>
        Json(await control.EvaluateAsync(id, http.Caller(), cancellationToken));

    private static async Task<IResult> GetChecksAsync(string id, HttpContext http, FineTuningDbContext store, CancellationToken cancellationToken)
    {
        var job = await store.FindJobAsync(id, http.Caller(), cancellationToken);
        return job.Checks is { } checks ? TypedResults.Text(checks, "application/json")
            : throw new ApiException(ApiErrors.NotFound($"The data of the job '{job.Id}' was not looked at yet: ask again in a moment.", "fine_tuning_job_id"));
    }

    private static async Task<IResult> ListEventsAsync(string id, HttpContext http, FineTuningDbContext store, CancellationToken cancellationToken)
    {
        var page = PageQuery.Read(http.Request.Query, descendingByDefault: true);
        var job = await store.FindJobAsync(id, http.Caller(), cancellationToken);
        var rows = store.Events.AsNoTracking().Where(one => one.JobId == job.Id);
        if (page.After is { } after)
        {
            var from = await rows.Where(one => one.Id == after).Select(one => (long?)one.Sequence).SingleOrDefaultAsync(cancellationToken) ?? throw UnknownAfter(after);
            rows = page.Descending ? rows.Where(one => one.Sequence < from) : rows.Where(one => one.Sequence > from);
        }

        rows = page.Descending ? rows.OrderByDescending(one => one.Sequence) : rows.OrderBy(one => one.Sequence);
        return Page(page, await rows.Take(page.Limit + 1).ToListAsync(cancellationToken), JobView.Of, one => one.Id);
    }

    private static async Task<IResult> ListCheckpointsAsync(string id, HttpContext http, FineTuningDbContext store, CancellationToken cancellationToken)
    {
        var page = PageQuery.Read(http.Request.Query, descendingByDefault: true);
        var job = await store.FindJobAsync(id, http.Caller(), cancellationToken);
        var rows = store.Checkpoints.AsNoTracking().Where(one => one.JobId == job.Id);
        if (page.After is { } after)
        {
            var from = await rows.Where(one => one.Id == after).Select(one => (long?)one.Step).SingleOrDefaultAsync(cancellationToken) ?? throw UnknownAfter(after);
            rows = page.Descending ? rows.Where(one => one.Step < from) : rows.Where(one => one.Step > from);
        }

        rows = page.Descending ? rows.OrderByDescending(one => one.Step) : rows.OrderBy(one => one.Step);
        return Page(page, await rows.Take(page.Limit + 1).ToListAsync(cancellationToken), JobView.Of, one => one.Id);
    }

    private static JsonHttpResult<FineTuningJob> Json(Job job) => TypedResults.Json(JobView.Of(job), OpenAIJson.TypeInfo<FineTuningJob>());

    private static JsonHttpResult<ListPage<TView>> Page<TRow, TView>(PageQuery page, List<TRow> rows, Func<TRow, TView> view, Func<TRow, string> id) =>
        TypedResults.Json(rows.ToPage(page.Limit, view, id), OpenAIJson.TypeInfo<ListPage<TView>>());

    private static ApiException UnknownAfter(string after) => new(ApiErrors.BadRequest($"Invalid 'after': '{after}' is not in this list.", "after"));
}
