using System.Text.Json;
using LlmGateway.Evaluation.Runs;
using LlmGateway.Evaluation.Storage;
using LlmGateway.OpenAI;
using LlmGateway.Service;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Evaluation.Attributions;

/// <summary>Ours: what each change of a stack was worth; as JSON, and by <c>?format=</c> as Markdown or as a picture of the ladder.</summary>
internal static class AttributionEndpoints
{
    /// <summary>2 MB: small data may stand in the request, and each run keeps it.</summary>
    private const int MaxBodyBytes = 2 << 20;

    public static void MapAttributions(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/attributions", CreateAsync).WithName("CreateAttribution").WithSummary("Find out what each change of a stack is worth")
            .WithMetadata(new RequestSizeLimitAttribute(MaxBodyBytes));
        routes.MapGet("/v1/attributions", ListAsync).WithName("ListAttributions").WithSummary("List attributions");
        routes.MapGet("/v1/attributions/{id}", GetAsync).WithName("GetAttribution").WithSummary("Get an attribution");
        routes.MapPost("/v1/attributions/{id}/cancel", CancelAsync).WithName("CancelAttribution").WithSummary("Cancel an attribution");
        routes.MapDelete("/v1/attributions/{id}", DeleteAsync).WithName("DeleteAttribution").WithSummary("Delete an attribution; its runs stay");
    }

    private static async Task<IResult> CreateAsync(
        JsonElement body, HttpContext http, AttributionCreation creation, AttributionRuns runs, CancellationToken cancellationToken)
    {
        var attribution = await creation.CreateAsync(JsonFields.Of(body, ""), http.Caller(), cancellationToken);
        return Show(await ViewAsync(attribution, runs, cancellationToken), StatusCodes.Status201Created);
    }

    private static async Task<IResult> ListAsync(HttpContext http, EvaluationDbContext store, CancellationToken cancellationToken)
    {
        var page = PageQuery.Read(http.Request.Query, descendingByDefault: true);
        var rows = store.Attributions.AsNoTracking().Where(row => row.ProjectId == http.Caller().ProjectId);
        if (http.Request.Query["eval_id"].ToString() is { Length: > 0 } eval)
        {
            rows = rows.Where(row => row.EvalId == eval);
        }

        var cursor = page.After is { } after
            ? await rows.SingleOrDefaultAsync(row => row.Id == after, cancellationToken)
                ?? throw JsonFields.Invalid($"There is no attribution '{JsonFields.Shortened(after)}' to list after.", "after")
            : null;
        var found = await rows.Page(page, nameof(Attribution.CreatedAt), cursor is null ? null : (cursor.CreatedAt, cursor.Id)).ToListAsync(cancellationToken);
        return TypedResults.Json(found.ToPage(page.Limit, AttributionSummary.Of, row => row.Id), EvaluationJson.TypeInfo<ListPage<AttributionSummary>>());
    }

    private static async Task<IResult> GetAsync(string id, HttpContext http, EvaluationDbContext store, AttributionRuns runs, CancellationToken cancellationToken)
    {
        var view = await ViewAsync(await store.GetAttributionAsync(http.Caller().ProjectId, id, cancellationToken), runs, cancellationToken);
        return http.Request.Query["format"].ToString() switch
        {
            "" or "json" => Show(view, StatusCodes.Status200OK),
            "markdown" => TypedResults.Text(AttributionMarkdown.Write(view, Finished(view)), "text/markdown; charset=utf-8"),
            "svg" => TypedResults.Text(LadderPicture.Draw(view, Finished(view)), "image/svg+xml; charset=utf-8"),
            _ => throw JsonFields.Invalid("Invalid 'format': expected 'json', 'markdown' or 'svg'.", "format"),
        };
    }

    /// <summary>The fence moves on with the status: a worker that holds it makes no more runs. Those under way end by themselves.</summary>
    private static async Task<IResult> CancelAsync(string id, HttpContext http, EvaluationDbContext store, AttributionRuns runs, CancellationToken cancellationToken)
    {
        var project = http.Caller().ProjectId;
        await store.GetAttributionAsync(project, id, cancellationToken);
        var changed = await store.Attributions.Where(row => row.Id == id && RunStatus.Open.Contains(row.Status)).ExecuteUpdateAsync(
            set => set
                .SetProperty(row => row.Status, RunStatus.Canceled)
                .SetProperty(row => row.Fence, row => row.Fence + 1)
                .SetProperty(row => row.LeaseOwner, (string?)null)
                .SetProperty(row => row.LeaseUntil, (long?)null),
            cancellationToken);
        return changed == 0
            ? throw JsonFields.Invalid($"The attribution '{id}' has ended already; only one that is queued or in progress can be canceled.", "attribution_id")
            : Show(await ViewAsync(await store.GetAttributionAsync(project, id, cancellationToken), runs, cancellationToken), StatusCodes.Status200OK);
    }

    private static async Task<IResult> DeleteAsync(string id, HttpContext http, EvaluationDbContext store, CancellationToken cancellationToken)
    {
        await store.GetAttributionAsync(http.Caller().ProjectId, id, cancellationToken);
        await store.Attributions.Where(row => row.Id == id).ExecuteDeleteAsync(cancellationToken);
        return TypedResults.Json(new DeletedAttribution(id), EvaluationJson.TypeInfo<DeletedAttribution>());
    }

    private static async Task<AttributionView> ViewAsync(Attribution attribution, AttributionRuns runs, CancellationToken cancellationToken)
    {
        var plan = AttributionPlan.Read(attribution.Plan);
        return AttributionView.Of(attribution, plan, await runs.FindAsync(attribution, plan, cancellationToken));
    }

    private static AttributionResult Finished(AttributionView view) => view.Result ?? throw JsonFields.Invalid(
        $"The attribution '{view.Id}' is {view.Status}: it has no result to show yet.", "format");

    private static JsonHttpResult<AttributionView> Show(AttributionView view, int status) =>
        TypedResults.Json(view, EvaluationJson.TypeInfo<AttributionView>(), statusCode: status);
}
