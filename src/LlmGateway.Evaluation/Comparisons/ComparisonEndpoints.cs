using System.Text.Json;
using LlmGateway.Evaluation.Evals;
using LlmGateway.Evaluation.Storage;
using LlmGateway.Service;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Evaluation.Comparisons;

/// <summary>Ours: an eval's runs compared with a baseline, item by item; as JSON, or as Markdown by <c>?format=markdown</c>.</summary>
internal static class ComparisonEndpoints
{
    private const int MaxBodyBytes = 64 << 10;

    public static void MapComparisons(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/evals/{id}/comparisons", CreateAsync).WithName("CreateEvalComparison").WithSummary("Compare runs of an eval with a baseline")
            .WithMetadata(new RequestSizeLimitAttribute(MaxBodyBytes));
        routes.MapGet("/v1/evals/{id}/comparisons/{comparison}", GetAsync).WithName("GetEvalComparison").WithSummary("Get a comparison");
    }

    private static async Task<IResult> CreateAsync(
        string id, JsonElement body, HttpContext http, EvaluationDbContext store, ComparisonCreation creation, CancellationToken cancellationToken)
    {
        var asMarkdown = IsMarkdown(http.Request.Query);
        var eval = await store.GetEvalAsync(http.Caller().ProjectId, id, cancellationToken);
        return Show(await creation.CreateAsync(eval, JsonFields.Of(body, ""), cancellationToken), asMarkdown, StatusCodes.Status201Created);
    }

    private static async Task<IResult> GetAsync(string id, string comparison, HttpContext http, EvaluationDbContext store, CancellationToken cancellationToken)
    {
        var asMarkdown = IsMarkdown(http.Request.Query);
        var eval = await store.GetEvalAsync(http.Caller().ProjectId, id, cancellationToken);
        return await store.Comparisons.AsNoTracking().SingleOrDefaultAsync(row => row.EvalId == eval.Id && row.Id == comparison, cancellationToken) is { } found
            ? Show(JsonSerializer.Deserialize(found.Content, EvaluationJson.TypeInfo<ComparisonView>())!, asMarkdown, StatusCodes.Status200OK)
            : ApiErrors.NotFound($"The eval has no comparison with id '{JsonFields.Shortened(comparison)}'.", "comparison_id");
    }

    private static bool IsMarkdown(IQueryCollection query) => query["format"].ToString() switch
    {
        "" or "json" => false,
        "markdown" => true,
        _ => throw JsonFields.Invalid("Invalid 'format': expected 'json' or 'markdown'.", "format"),
    };

    private static IResult Show(ComparisonView view, bool asMarkdown, int status) => asMarkdown
        ? TypedResults.Text(ComparisonMarkdown.Write(view), "text/markdown; charset=utf-8", statusCode: status)
        : TypedResults.Json(view, EvaluationJson.TypeInfo<ComparisonView>(), statusCode: status);
}
