using System.Globalization;
using LlmGateway.Datasets.Annotations.Items;
using LlmGateway.Datasets.Catalog;
using LlmGateway.Datasets.Storage;
using LlmGateway.Datasets.Versions;
using LlmGateway.Service;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace LlmGateway.Datasets.Annotations.Results;

/// <summary>What came of a queue.</summary>
internal static class ResultEndpoints
{
    public static void MapAnnotationResults(this IEndpointRouteBuilder routes)
    {
        var queue = routes.MapGroup("/v1/annotation_queues/{id}");
        queue.MapGet("/results", ListAsync).WithName("ListAnnotationResults").WithSummary("List what people said of each item");
        queue.MapGet("/agreement", MeasureAsync).WithName("GetAnnotationAgreement").WithSummary("Measure how far reviewers agree");
        queue.MapPost("/versions", SaveAsync).WithName("SaveAnnotations").WithSummary("Make the labels references of the queue's dataset");
    }

    private static async Task<IResult> ListAsync(string id, HttpContext http, DatasetsDbContext context, CancellationToken cancellationToken)
    {
        var page = PageQuery.Read(http.Request.Query, descendingByDefault: false);
        var source = ItemEndpoints.ReadOneOf(http.Request.Query, "source", AnnotationSourceType.All);
        var queue = await context.FindQueueAsync(http.Caller().ProjectId, id, cancellationToken);
        var items = await context.ItemsOf(queue).PageAsync(
            rows => source is null ? rows : rows.Where(row => row.SourceType == source), page, item => item, cancellationToken);
        var answers = await context.AnswersOfAsync(items.Data, cancellationToken);
        var type = queue.Answers();
        return TypedResults.Json(
            items.Select(item => ResultView.Of(item, type, answers[item.Id])), DatasetsJsonContext.Default.ListPageResultView);
    }

    private static async Task<IResult> MeasureAsync(string id, HttpContext http, DatasetsDbContext context, CancellationToken cancellationToken)
    {
        var seed = http.Request.Query["seed"].ToString() is { Length: > 0 } text
            ? ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                ? number
                : throw new ApiException(ApiErrors.BadRequest("Invalid 'seed': expected a whole number of at least 0.", "seed"))
            : 0;
        var queue = await context.FindQueueAsync(http.Caller().ProjectId, id, cancellationToken);
        var answers = await QueueAnswers.LoadAsync(context, queue, cancellationToken);
        return TypedResults.Json(AgreementReport.Measure(queue, answers, seed), DatasetsJsonContext.Default.AgreementView);
    }

    private static async Task<IResult> SaveAsync(
        string id, HttpContext http, DatasetsDbContext context, VersionSources sources, VersionBuilder builder, CancellationToken cancellationToken)
    {
        var project = http.Caller().ProjectId;
        var queue = await context.FindQueueAsync(project, id, cancellationToken);
        var dataset = await context.FindDatasetAsync(project, queue.DatasetId ?? throw new ApiException(ApiErrors.BadRequest(
            $"Queue '{id}' names no dataset. Make the version by POST /v1/datasets/{{id}}/versions with the source {{\"type\": \"annotations\", \"queue_id\": \"{id}\"}}.", "queue_id")), cancellationToken);
        var request = new VersionRequest(VersionSource.OfQueue(id), null, null);
        var source = await sources.OpenAsync(dataset, request.Source!, cancellationToken);
        return TypedResults.Json(await builder.BuildAsync(dataset, request, source, cancellationToken), DatasetsJsonContext.Default.VersionView);
    }
}
