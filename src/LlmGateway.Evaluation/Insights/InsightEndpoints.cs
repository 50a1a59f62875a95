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

namespace LlmGateway.Evaluation.Insights;

/// <summary>Ours: why a run's items failed, and what to try next; as JSON, as Markdown, and as a picture.</summary>
internal static class InsightEndpoints
{
    private const int MaxBodyBytes = 256 << 10;

    public static void MapInsights(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/insights", CreateAsync).WithName("CreateInsight").WithSummary("Find out why a run's items failed, and what to try next")
            .WithMetadata(new RequestSizeLimitAttribute(MaxBodyBytes));
        routes.MapGet("/v1/insights", ListAsync).WithName("ListInsights").WithSummary("List insights");
        routes.MapGet("/v1/insights/{id}", GetAsync).WithName("GetInsight").WithSummary("Get an insight, also as Markdown or as a picture");
        routes.MapPost("/v1/insights/{id}/cancel", CancelAsync).WithName("CancelInsight").WithSummary("Cancel an insight with its probes");
        routes.MapDelete("/v1/insights/{id}", DeleteAsync).WithName("DeleteInsight").WithSummary("Delete an insight; the probes' runs stay");
    }

    private static async Task<IResult> CreateAsync(JsonElement body, HttpContext http, InsightCreation creation, CancellationToken cancellationToken) =>
        Show(await creation.CreateAsync(JsonFields.Of(body, ""), http.Caller(), cancellationToken), StatusCodes.Status201Created);

    private static async Task<IResult> ListAsync(HttpContext http, EvaluationDbContext store, CancellationToken cancellationToken)
    {
        var page = PageQuery.Read(http.Request.Query, descendingByDefault: true);
        var insights = store.Insights.Of(http.Caller().ProjectId).AsNoTracking();
        if (http.Request.Query["eval_id"].ToString() is { Length: > 0 } eval)
        {
            insights = insights.Where(row => row.EvalId == eval);
        }

        var cursor = page.After is { } after
            ? await insights.SingleOrDefaultAsync(row => row.Id == after, cancellationToken)
                ?? throw JsonFields.Invalid($"There is no insight '{JsonFields.Shortened(after)}' to list after.", "after")
            : null;
        var rows = await insights.Page(page, nameof(Insight.CreatedAt), cursor is null ? null : (cursor.CreatedAt, cursor.Id)).ToListAsync(cancellationToken);
        return TypedResults.Json(rows.ToPage(page.Limit, InsightView.Of, row => row.Id), EvaluationJson.TypeInfo<ListPage<InsightView>>());
    }

    private static async Task<IResult> GetAsync(string id, HttpContext http, EvaluationDbContext store, CancellationToken cancellationToken)
    {
        var format = http.Request.Query["format"].ToString();
        if (format is not ("" or "json" or "markdown" or "svg"))
        {
            throw JsonFields.Invalid("Invalid 'format': expected 'json', 'markdown' or 'svg'.", "format");
        }

        var insight = await store.GetInsightAsync(http.Caller().ProjectId, id, cancellationToken);
        if (format is "" or "json")
        {
            return Show(insight);
        }

        var report = insight.Report is { } json
            ? InsightJson.ReadReport(json)
            : throw JsonFields.Invalid($"The insight is {insight.Status}; there is nothing to draw or write of it yet.", "format");
        return format == "svg"
            ? TypedResults.Text(InsightPicture.Draw(report), "image/svg+xml; charset=utf-8")
            : TypedResults.Text(InsightMarkdown.Write(report), "text/markdown; charset=utf-8");
    }

    /// <summary>The fence moves on with the status, so that a worker writes nothing more; then the probes end as any run does.</summary>
    private static async Task<IResult> CancelAsync(string id, HttpContext http, EvaluationDbContext store, RunEnding ending, CancellationToken cancellationToken)
    {
        var insight = await store.GetInsightAsync(http.Caller().ProjectId, id, cancellationToken);
        var changed = await store.Insights.Where(row => row.Id == id && InsightStatus.Open.Contains(row.Status)).ExecuteUpdateAsync(
            set => set.SetProperty(row => row.Status, InsightStatus.Canceled).SetProperty(row => row.Fence, row => row.Fence + 1).SetProperty(row => row.LeaseUntil, (long?)null),
            cancellationToken);
        if (changed == 0)
        {
            throw JsonFields.Invalid($"The insight '{id}' has ended already; only one that is queued or in progress can be canceled.", "insight_id");
        }

        foreach (var run in InsightJson.ReadPlan(insight.Plan).RunIds)
        {
            await ending.CancelAsync(run, cancellationToken);
        }

        return Show(await store.GetInsightAsync(http.Caller().ProjectId, id, cancellationToken));
    }

    private static async Task<IResult> DeleteAsync(string id, HttpContext http, EvaluationDbContext store, CancellationToken cancellationToken) =>
        await store.Insights.Of(http.Caller().ProjectId).Where(row => row.Id == id).ExecuteDeleteAsync(cancellationToken) == 0
            ? throw InsightLookup.Unknown(id)
            : TypedResults.Json(new DeletedInsight(id), EvaluationJson.TypeInfo<DeletedInsight>());

    private static JsonHttpResult<InsightView> Show(Insight insight, int status = StatusCodes.Status200OK) =>
        TypedResults.Json(InsightView.Of(insight), EvaluationJson.TypeInfo<InsightView>(), statusCode: status);
}
