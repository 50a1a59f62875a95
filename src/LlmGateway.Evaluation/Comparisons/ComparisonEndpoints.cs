using System.Text.Json;
using LlmGateway.Evaluation.Evals;
using LlmGateway.Evaluation.Storage;
using LlmGateway.OpenAI;
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
        routes.MapGet("/v1/evals/{id}/comparisons", ListAsync).WithName("ListEvalComparisons").WithSummary("List an eval's comparisons");
        routes.MapGet("/v1/evals/{id}/comparisons/{comparison}", GetAsync).WithName("GetEvalComparison").WithSummary("Get a comparison");
        routes.MapDelete("/v1/evals/{id}/comparisons/{comparison}", DeleteAsync).WithName("DeleteEvalComparison").WithSummary("Delete a comparison");
    }

    private static async Task<IResult> CreateAsync(
        string id, JsonElement body, HttpContext http, EvaluationDbContext store, ComparisonCreation creation, CancellationToken cancellationToken)
    {
        var asMarkdown = ReportFormat.IsMarkdown(http.Request.Query);
        var eval = await store.GetEvalAsync(http.Caller().ProjectId, id, cancellationToken);
        return Show(await creation.CreateAsync(eval, JsonFields.Of(body, ""), cancellationToken), asMarkdown, StatusCodes.Status201Created);
    }

    private static async Task<IResult> ListAsync(string id, HttpContext http, EvaluationDbContext store, CancellationToken cancellationToken)
    {
        var page = PageQuery.Read(http.Request.Query, descendingByDefault: true);
        var eval = await store.GetEvalAsync(http.Caller().ProjectId, id, cancellationToken);
        var comparisons = store.Comparisons.AsNoTracking().Where(row => row.EvalId == eval.Id);
        var cursor = page.After is { } after
            ? await comparisons.SingleOrDefaultAsync(row => row.Id == after, cancellationToken)
                ?? throw JsonFields.Invalid($"There is no comparison '{JsonFields.Shortened(after)}' to list after.", "after")
            : null;
        var rows = await comparisons.Page(page, nameof(Comparison.CreatedAt), cursor is null ? null : (cursor.CreatedAt, cursor.Id)).ToListAsync(cancellationToken);
        return TypedResults.Json(rows.ToPage(page.Limit, Read, row => row.Id), EvaluationJson.TypeInfo<ListPage<ComparisonView>>());
    }

    private static async Task<IResult> GetAsync(string id, string comparison, HttpContext http, EvaluationDbContext store, CancellationToken cancellationToken)
    {
        var asMarkdown = ReportFormat.IsMarkdown(http.Request.Query);
        var eval = await store.GetEvalAsync(http.Caller().ProjectId, id, cancellationToken);
        return await store.Comparisons.AsNoTracking().SingleOrDefaultAsync(row => row.EvalId == eval.Id && row.Id == comparison, cancellationToken) is { } found
            ? Show(Read(found), asMarkdown, StatusCodes.Status200OK)
            : Unknown(comparison);
    }

    private static async Task<IResult> DeleteAsync(string id, string comparison, HttpContext http, EvaluationDbContext store, CancellationToken cancellationToken)
    {
        var eval = await store.GetEvalAsync(http.Caller().ProjectId, id, cancellationToken);
        return await store.Comparisons.Where(row => row.EvalId == eval.Id && row.Id == comparison).ExecuteDeleteAsync(cancellationToken) == 0
            ? Unknown(comparison)
            : TypedResults.Json(new DeletedComparison(comparison), EvaluationJson.TypeInfo<DeletedComparison>());
    }

    private static ComparisonView Read(Comparison row) => JsonSerializer.Deserialize(row.Content, EvaluationJson.TypeInfo<ComparisonView>())!;

    private static ApiError Unknown(string id) => ApiErrors.NotFound($"The eval has no comparison with id '{JsonFields.Shortened(id)}'.", "comparison_id");

    private static IResult Show(ComparisonView view, bool asMarkdown, int status) => asMarkdown
        ? TypedResults.Text(ComparisonMarkdown.Write(view), ReportFormat.MarkdownType, statusCode: status)
        : TypedResults.Json(view, EvaluationJson.TypeInfo<ComparisonView>(), statusCode: status);
}
