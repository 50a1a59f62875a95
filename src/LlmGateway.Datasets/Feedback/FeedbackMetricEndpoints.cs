using System.Text.Json.Serialization;
using LlmGateway.Service;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace LlmGateway.Datasets.Feedback;

/// <summary>Metrics may be declared before their first use, which would else fix their type.</summary>
internal static class FeedbackMetricEndpoints
{
    public static void MapFeedbackMetrics(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/feedback/metrics", DeclareAsync).WithName("CreateFeedbackMetric").WithSummary("Declare a metric");
        routes.MapGet("/v1/feedback/metrics", ListAsync).WithName("ListFeedbackMetrics").WithSummary("List a project's metrics");
    }

    private static async Task<IResult> DeclareAsync(FeedbackMetricRequest request, HttpContext http, FeedbackMetrics metrics, CancellationToken cancellationToken)
    {
        request.Check();
        var (project, name) = (http.Caller().ProjectId, request.Name!);
        var (type, optimize) = (request.Type!, request.Optimize ?? FeedbackMetrics.Max);
        var metric = await metrics.FindAsync(project, name, cancellationToken) ?? await metrics.MakeAsync(project, name, type, optimize, cancellationToken);
        return (metric.Type, metric.Optimize) == (type, optimize)
            ? TypedResults.Json(FeedbackMetricView.Of(metric), DatasetsJsonContext.Default.FeedbackMetricView)
            : ApiErrors.BadRequest(
                $"Metric '{name}' is of type {metric.Type} and optimised to {metric.Optimize} already, which cannot be changed to {type} and {optimize}.",
                metric.Type == type ? "optimize" : "type");
    }

    private static async Task<IResult> ListAsync(HttpContext http, FeedbackMetrics metrics, CancellationToken cancellationToken)
    {
        var rows = await metrics.ListAsync(http.Caller().ProjectId, cancellationToken);
        return TypedResults.Json(
            rows.ToPage(rows.Count, FeedbackMetricView.Of, row => row.Name), DatasetsJsonContext.Default.ListPageFeedbackMetricView);
    }
}

/// <summary>The body of <c>POST /v1/feedback/metrics</c>.</summary>
/// <param name="Name">As in feedback.</param>
/// <param name="Type">boolean, float, comment or demonstration.</param>
/// <param name="Optimize">max, the default, or min.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record FeedbackMetricRequest(string? Name, string? Type, string? Optimize)
{
    /// <exception cref="ApiException">A field is missing or malformed (400).</exception>
    public void Check()
    {
        FeedbackRequest.CheckMetric(Name, "name");
        if (Type is null || !FeedbackType.All.Contains(Type))
        {
            throw new ApiException(ApiErrors.BadRequest($"Invalid 'type': expected one of {string.Join(", ", FeedbackType.All)}.", "type"));
        }

        if (FeedbackType.OfName(Name!) is { } fixedType && fixedType != Type)
        {
            throw new ApiException(ApiErrors.BadRequest($"Invalid 'type': metric '{Name}' is always of type {fixedType}.", "type"));
        }

        if (Optimize is not (null or FeedbackMetrics.Max or FeedbackMetrics.Min))
        {
            throw new ApiException(ApiErrors.BadRequest("Invalid 'optimize': expected 'max' or 'min'.", "optimize"));
        }
    }
}
