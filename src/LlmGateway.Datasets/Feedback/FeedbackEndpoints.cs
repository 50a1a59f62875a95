using LlmGateway.Datasets.Storage;
using LlmGateway.OpenAI;
using LlmGateway.Service;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Datasets.Feedback;

/// <summary>What applications, users and reviewers say of outputs.</summary>
internal static class FeedbackEndpoints
{
    public static void MapFeedback(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/feedback", CreateAsync).WithName("CreateFeedback").WithSummary("Say something of a call, an answer or an episode")
            .WithMetadata(new RequestSizeLimitAttribute(FeedbackRequest.MaxBodyBytes));
        routes.MapGet("/v1/feedback", ListAsync).WithName("ListFeedback").WithSummary("List feedback");
        routes.MapGet("/v1/feedback/{id}", GetAsync).WithName("GetFeedback").WithSummary("Get one feedback");
        routes.MapDelete("/v1/feedback/{id}", DeleteAsync).WithName("DeleteFeedback").WithSummary("Delete one feedback");
        routes.MapFeedbackMetrics();
    }

    private static async Task<IResult> CreateAsync(
        FeedbackRequest request, HttpContext http, FeedbackIntake intake, DatasetsAnnouncer announcer, CancellationToken cancellationToken)
    {
        var row = await intake.TakeAsync(http.Caller().ProjectId, request, FeedbackRequest.KeyField, cancellationToken);
        await announcer.AnnounceAsync(row);
        return Show(row);
    }

    private static async Task<IResult> ListAsync(HttpContext http, DatasetsDbContext context, CancellationToken cancellationToken)
    {
        var page = PageQuery.Read(http.Request.Query, descendingByDefault: true);
        var filter = FeedbackFilter.Read(http.Request.Query);
        var list = await Of(context, http).PageAsync(filter.Apply, page, FeedbackView.Of, cancellationToken);
        return TypedResults.Json(list, DatasetsJsonContext.Default.ListPageFeedbackView);
    }

    private static async Task<IResult> GetAsync(string id, HttpContext http, DatasetsDbContext context, CancellationToken cancellationToken) =>
        await Of(context, http).FirstOrDefaultAsync(row => row.Id == id, cancellationToken) is { } row ? Show(row) : Unknown(id);

    private static async Task<IResult> DeleteAsync(string id, HttpContext http, DatasetsDbContext context, CancellationToken cancellationToken) =>
        await Of(context, http).Where(row => row.Id == id).ExecuteDeleteAsync(cancellationToken) == 1
            ? TypedResults.Json(new DeletedObject(id, "feedback.deleted"), DatasetsJsonContext.Default.DeletedObject)
            : Unknown(id);

    private static IQueryable<FeedbackRecord> Of(DatasetsDbContext context, HttpContext http)
    {
        var project = http.Caller().ProjectId;
        return context.Feedback.AsNoTracking().Where(row => row.ProjectId == project);
    }

    private static JsonHttpResult<FeedbackView> Show(FeedbackRecord row) => TypedResults.Json(FeedbackView.Of(row), DatasetsJsonContext.Default.FeedbackView);

    private static ApiError Unknown(string id) => ApiErrors.NotFound($"No feedback found with id '{id}'.", "id");
}
