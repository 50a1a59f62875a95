using System.Text.Json;
using LlmGateway.Datasets.Feedback;
using LlmGateway.Datasets.Storage;
using LlmGateway.Service;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Datasets.Inferences;

/// <summary>The inference log: every call of the caller's project, newest first.</summary>
internal static class InferenceEndpoints
{
    public static void MapInferences(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/inferences", ListAsync).WithName("ListInferences").WithSummary("List logged calls");
        routes.MapGet("/v1/inferences/export", ExportAsync).WithName("ExportInferences").WithSummary("Export logged calls with their bodies as JSON lines");
        routes.MapGet("/v1/inferences/{id}", GetAsync).WithName("GetInference").WithSummary("Get a logged call with its bodies and its feedback");
        routes.MapGet("/v1/inferences/{id}/explain", ExplainAsync).WithName("ExplainInference").WithSummary("Tell what happened to a call and why");
    }

    private static async Task<IResult> ListAsync(HttpContext http, DatasetsDbContext context, CancellationToken cancellationToken)
    {
        var page = PageQuery.Read(http.Request.Query, descendingByDefault: true);
        var filter = InferenceFilter.Read(http.Request.Query);
        var project = http.Caller().ProjectId;
        var after = await FindPlaceAsync(context, project, page, cancellationToken);
        var found = await filter.Page(context, project, page, after).ToListAsync(cancellationToken);
        var shown = found.Take(page.Limit).ToList();
        var metadata = await context.LoadMetadataAsync(shown.Select(row => row.Id), cancellationToken);
        return TypedResults.Json(
            new InferencePage([.. shown.Select(row => InferenceView.Of(row, metadata[row.Id]))], found.Count > shown.Count),
            DatasetsJsonContext.Default.InferencePage);
    }

    private static async Task<IResult> ExportAsync(HttpContext http, DatasetsDbContext context, CancellationToken cancellationToken)
    {
        var query = PageQuery.Read(http.Request.Query, descendingByDefault: true, InferenceExport.MaxCalls, InferenceExport.MaxCalls);
        var project = http.Caller().ProjectId;
        var after = await FindPlaceAsync(context, project, query, cancellationToken);
        return new InferenceExport(context, project, InferenceFilter.Read(http.Request.Query), query, after);
    }

    private static async Task<Guid?> FindPlaceAsync(DatasetsDbContext context, string project, PageQuery page, CancellationToken cancellationToken) => page.After is { } id
        ? (await context.Inferences.AsNoTracking().Where(row => row.ProjectId == project).FindAsync(id, cancellationToken) ?? throw InferenceLookup.UnknownAfter(id)).Id
        : null;

    private static async Task<IResult> GetAsync(string id, HttpContext http, DatasetsDbContext context, CancellationToken cancellationToken)
    {
        var project = http.Caller().ProjectId;
        if (await context.Inferences.AsNoTracking().Where(row => row.ProjectId == project).FindAsync(id, cancellationToken) is not { } row)
        {
            return ApiErrors.NotFound($"No inference found with id '{id}'.", "id");
        }

        var metadata = await context.LoadMetadataAsync([row.Id], cancellationToken);
        var bodies = await context.Bodies.AsNoTracking().FirstOrDefaultAsync(body => body.Id == row.Id, cancellationToken);
        var view = InferenceView.Of(row, metadata[row.Id]) with
        {
            Request = ReadBody(bodies?.Request),
            Response = ReadBody(bodies?.Response),
            Exposure = await context.Exposures.AsNoTracking().Where(exposure => exposure.InferenceId == row.Id)
                .Select(exposure => new ExposureView(exposure.ExperimentId, exposure.Variant, exposure.Stage)).FirstOrDefaultAsync(cancellationToken),
            Feedback = [.. (await context.FeedbackOfAsync(row, cancellationToken)).Select(FeedbackView.Of)],
        };
        return TypedResults.Json(view, DatasetsJsonContext.Default.InferenceView);
    }

    private static async Task<IResult> ExplainAsync(string id, HttpContext http, DatasetsDbContext context, CancellationToken cancellationToken)
    {
        var project = http.Caller().ProjectId;
        if (await context.Inferences.AsNoTracking().Where(row => row.ProjectId == project).FindAsync(id, cancellationToken) is not { } row)
        {
            return ApiErrors.NotFound($"No inference found with id '{id}'.", "id");
        }

        var entries = await context.Ledger.AsNoTracking().Where(entry => entry.InferenceId == row.Id).OrderBy(entry => entry.Attempt).ToListAsync(cancellationToken);
        return TypedResults.Json(ExplanationView.Of(row, entries), DatasetsJsonContext.Default.ExplanationView);
    }

    private static JsonElement ReadBody(byte[]? packed)
    {
        var body = BodyCodec.Unpack(packed ?? []);
        if (body.Length == 0)
        {
            return JsonSerializer.SerializeToElement(null, DatasetsJsonContext.Default.String);
        }

        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return JsonSerializer.SerializeToElement(System.Text.Encoding.UTF8.GetString(body), DatasetsJsonContext.Default.String);
        }
    }
}
