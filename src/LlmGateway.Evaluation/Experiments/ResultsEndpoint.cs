using LlmGateway.Evaluation.Comparisons;
using LlmGateway.Evaluation.Storage;
using LlmGateway.Service;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Evaluation.Experiments;

/// <summary>Ours: what an experiment found so far; as JSON, as Markdown, and as a picture. The experiment itself is the gateway's.</summary>
internal static class ResultsEndpoint
{
    /// <summary>The latest stages that are told.</summary>
    private const int MostStages = 8;

    public static void MapExperimentResults(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/v1/experiments/{id}/results", GetAsync).WithName("GetExperimentResults").WithSummary("Get what an experiment found so far, also as Markdown or as a picture");

    private static async Task<IResult> GetAsync(string id, HttpContext http, EvaluationDbContext store, CancellationToken cancellationToken)
    {
        var format = http.Request.Query["format"].ToString();
        if (format is not ("" or "json" or "markdown" or "svg"))
        {
            throw JsonFields.Invalid("Invalid 'format': expected 'json', 'markdown' or 'svg'.", "format");
        }

        var project = http.Caller().ProjectId;
        var watch = await store.ExperimentWatches.AsNoTracking().SingleOrDefaultAsync(row => row.Id == id && row.ProjectId == project, cancellationToken)
            ?? throw new ApiException(ApiErrors.NotFound($"No results found of an experiment with id '{JsonFields.Shortened(id)}'. There are some a moment after it was started.", "experiment_id"));
        var stages = await store.ExperimentStages.AsNoTracking().Where(row => row.WatchId == id).OrderByDescending(row => row.Stage).Take(MostStages).ToListAsync(cancellationToken);
        var view = ResultsView.Of(watch, stages.OrderBy(stage => stage.Stage));
        return (format, view.Look) switch
        {
            ("" or "json", _) => TypedResults.Json(view, EvaluationJson.TypeInfo<ResultsView>()),
            (_, null) => throw new ApiException(ApiErrors.NotFound("The experiment was not looked at yet: there is nothing to draw or write of it.", "experiment_id")),
            ("svg", { } look) => TypedResults.Text(ResultsPicture.Draw(view, look), "image/svg+xml; charset=utf-8"),
            (_, { } look) => TypedResults.Text(ResultsMarkdown.Write(view, look), ReportFormat.MarkdownType),
        };
    }
}
