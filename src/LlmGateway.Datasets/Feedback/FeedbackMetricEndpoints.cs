using System.Text.Json;
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

    private static async Task<IResult> DeclareAsync(FeedbackMetricRequest request, HttpContext http, FeedbackMetrics metrics, TimeProvider time, CancellationToken cancellationToken)
    {
        request.Check();
        var wanted = request.ToMetric(http.Caller().ProjectId, time.NowMicros());
        var metric = await metrics.FindAsync(wanted.ProjectId, wanted.Name, cancellationToken) ?? await metrics.MakeAsync(wanted, cancellationToken);
        return FirstDifference(metric, wanted) is { } field
            ? ApiErrors.BadRequest($"Metric '{metric.Name}' is declared or in use already with another '{field}', which cannot be changed.", field)
            : TypedResults.Json(FeedbackMetricView.Of(metric), DatasetsJsonContext.Default.FeedbackMetricView);
    }

    private static string? FirstDifference(FeedbackMetric metric, FeedbackMetric wanted) =>
        metric.Type != wanted.Type ? "type"
        : metric.Optimize != wanted.Optimize ? "optimize"
        : metric.Level != wanted.Level ? "level"
        : metric.Options != wanted.Options ? "options"
        : null;

    private static async Task<IResult> ListAsync(HttpContext http, FeedbackMetrics metrics, CancellationToken cancellationToken)
    {
        var rows = await metrics.ListAsync(http.Caller().ProjectId, cancellationToken);
        return TypedResults.Json(
            rows.ToPage(rows.Count, FeedbackMetricView.Of, row => row.Name), DatasetsJsonContext.Default.ListPageFeedbackMetricView);
    }
}

/// <summary>The body of <c>POST /v1/feedback/metrics</c>.</summary>
/// <param name="Name">As in feedback.</param>
/// <param name="Type">boolean, float, categorical, comment or demonstration.</param>
/// <param name="Optimize">max, the default, or min.</param>
/// <param name="Level">inference or episode: what it may be said of; null for both.</param>
/// <param name="Options">What the values of a categorical metric may be, 1 to 100 different texts of 1 to 200 characters; null for any.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record FeedbackMetricRequest(string? Name, string? Type, string? Optimize, string? Level = null, string[]? Options = null)
{
    public FeedbackMetric ToMetric(string project, long nowMicros) => new()
    {
        ProjectId = project,
        Name = Name!,
        Type = Type!,
        Optimize = Optimize ?? FeedbackMetrics.Max,
        Level = Level,
        Options = Options is null ? null : JsonSerializer.Serialize(Options, DatasetsJsonContext.Default.StringArray),
        CreatedAtMicros = nowMicros,
    };

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

        if (Level is not null && !FeedbackLevel.All.Contains(Level))
        {
            throw new ApiException(ApiErrors.BadRequest($"Invalid 'level': expected one of {string.Join(", ", FeedbackLevel.All)}.", "level"));
        }

        CheckOptions();
    }

    private void CheckOptions()
    {
        if (Options is null)
        {
            return;
        }

        if (Type != FeedbackType.Categorical)
        {
            throw new ApiException(ApiErrors.BadRequest($"Invalid 'options': they belong to a {FeedbackType.Categorical} metric.", "options"));
        }

        if (Options.Length is 0 or > FeedbackMetric.MaxOptions || Options.Distinct().Count() < Options.Length
            || Options.Any(option => option is not { Length: > 0 and <= FeedbackValue.MaxOptionLength } || option.Contains('\0', StringComparison.Ordinal)))
        {
            throw new ApiException(ApiErrors.BadRequest(
                $"Invalid 'options': expected 1 to {FeedbackMetric.MaxOptions} different texts of 1 to {FeedbackValue.MaxOptionLength} characters, none of them NUL.", "options"));
        }
    }
}
