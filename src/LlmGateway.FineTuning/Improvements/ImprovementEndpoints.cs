using LlmGateway.FineTuning.Storage;
using LlmGateway.Service;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.FineTuning.Improvements;

/// <summary>The loop in one call. It changes what a route's callers get, so it is an administrator's.</summary>
internal static class ImprovementEndpoints
{
    public static void MapImprovements(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/improvements", CreateAsync).WithName("CreateImprovement").WithSummary("Improve what answers a route, from its logged calls to a promoted model")
            .RequireAuthorization(Policies.Admin).WithMetadata(new RequestSizeLimitAttribute(ImprovementRequestReader.MaxBytes));
        routes.MapGet("/v1/improvements", ListAsync).WithName("ListImprovements").WithSummary("List improvements");
        routes.MapGet("/v1/improvements/{id}", GetAsync).WithName("GetImprovement").WithSummary("Get an improvement, or its report");
        routes.MapPost("/v1/improvements/{id}/approve", ApproveAsync).WithName("ApproveImprovement").WithSummary("Approve what an improvement waits for").RequireAuthorization(Policies.Admin);
        routes.MapPost("/v1/improvements/{id}/cancel", CancelAsync).WithName("CancelImprovement").WithSummary("Cancel an improvement").RequireAuthorization(Policies.Admin);
        routes.MapPost("/v1/improvements/{id}/steps/{step}/rerun", RerunAsync).WithName("RerunImprovementStep").WithSummary("Do a step and those after it once more").RequireAuthorization(Policies.Admin);
    }

    private static async Task<IResult> CreateAsync(HttpContext http, ImprovementControl control, CancellationToken cancellationToken)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body, cancellationToken);
        var request = ImprovementRequestReader.Read(body.GetBuffer().AsSpan(0, (int)body.Length));
        return Json(await control.CreateAsync(request, http.Caller(), cancellationToken));
    }

    private static async Task<IResult> ListAsync(HttpContext http, FineTuningDbContext store, CancellationToken cancellationToken)
    {
        var page = PageQuery.Read(http.Request.Query, descendingByDefault: true);
        var project = http.Caller().ProjectId;
        var rows = await store.Improvements.AsNoTracking().Where(row => row.ProjectId == project).PageById(page).ToListAsync(cancellationToken);
        return TypedResults.Json(rows.ToPage(page.Limit, ImprovementView.Of, row => row.Id), FineTuningJsonContext.Default.ListPageImprovementView);
    }

    private static async Task<IResult> GetAsync(string id, HttpContext http, ImprovementControl control, CancellationToken cancellationToken)
    {
        var row = await control.FindAsync(id, http.Caller(), cancellationToken);
        return http.Request.Query["format"].ToString() switch
        {
            "" or "json" => Json(row),
            "markdown" => TypedResults.Text(ImprovementMarkdown.Write(ImprovementView.Of(row)), "text/markdown"),
            _ => throw new ApiException(ApiErrors.BadRequest("Invalid 'format': expected 'json' or 'markdown'.", "format")),
        };
    }

    private static async Task<IResult> ApproveAsync(string id, HttpContext http, ImprovementControl control, CancellationToken cancellationToken) =>
        Json(await control.ApproveAsync(id, http.Caller(), cancellationToken));

    private static async Task<IResult> CancelAsync(string id, HttpContext http, ImprovementControl control, CancellationToken cancellationToken) =>
        Json(await control.CancelAsync(id, http.Caller(), cancellationToken));

    private static async Task<IResult> RerunAsync(string id, string step, HttpContext http, ImprovementControl control, CancellationToken cancellationToken) =>
        Json(await control.RerunAsync(id, step, http.Caller(), cancellationToken));

    private static JsonHttpResult<ImprovementView> Json(Improvement row) => TypedResults.Json(ImprovementView.Of(row), FineTuningJsonContext.Default.ImprovementView);
}
