using System.Text.Json;
using LlmGateway.Evaluation.Comparisons;
using LlmGateway.Evaluation.Evals;
using LlmGateway.Evaluation.Storage;
using LlmGateway.OpenAI;
using LlmGateway.Service;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Evaluation.Gates;

/// <summary>Ours: an eval's runs held against rules; as JSON, or as Markdown by <c>?format=markdown</c>.</summary>
internal static class GateEndpoints
{
    private const int MaxBodyBytes = 64 << 10;

    public static void MapGates(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/evals/{id}/gates", CreateAsync).WithName("CreateEvalGate").WithSummary("Hold runs of an eval against rules")
            .WithMetadata(new RequestSizeLimitAttribute(MaxBodyBytes));
        routes.MapGet("/v1/evals/{id}/gates", ListAsync).WithName("ListEvalGates").WithSummary("List an eval's gates");
        routes.MapGet("/v1/evals/{id}/gates/{gate}", GetAsync).WithName("GetEvalGate").WithSummary("Get a gate");
        routes.MapDelete("/v1/evals/{id}/gates/{gate}", DeleteAsync).WithName("DeleteEvalGate").WithSummary("Delete a gate");
    }

    private static async Task<IResult> CreateAsync(
        string id, JsonElement body, HttpContext http, EvaluationDbContext store, GateCreation creation, CancellationToken cancellationToken)
    {
        var asMarkdown = ReportFormat.IsMarkdown(http.Request.Query);
        var eval = await store.GetEvalAsync(http.Caller().ProjectId, id, cancellationToken);
        return Show(await creation.CreateAsync(eval, JsonFields.Of(body, ""), cancellationToken), asMarkdown, StatusCodes.Status201Created);
    }

    private static async Task<IResult> ListAsync(string id, HttpContext http, EvaluationDbContext store, CancellationToken cancellationToken)
    {
        var page = PageQuery.Read(http.Request.Query, descendingByDefault: true);
        var eval = await store.GetEvalAsync(http.Caller().ProjectId, id, cancellationToken);
        var gates = store.Gates.AsNoTracking().Where(row => row.EvalId == eval.Id);
        var cursor = page.After is { } after
            ? await gates.SingleOrDefaultAsync(row => row.Id == after, cancellationToken)
                ?? throw JsonFields.Invalid($"There is no gate '{JsonFields.Shortened(after)}' to list after.", "after")
            : null;
        var rows = await gates.Page(page, nameof(Gate.CreatedAt), cursor is null ? null : (cursor.CreatedAt, cursor.Id)).ToListAsync(cancellationToken);
        return TypedResults.Json(rows.ToPage(page.Limit, Read, row => row.Id), EvaluationJson.TypeInfo<ListPage<GateView>>());
    }

    private static async Task<IResult> GetAsync(string id, string gate, HttpContext http, EvaluationDbContext store, CancellationToken cancellationToken)
    {
        var asMarkdown = ReportFormat.IsMarkdown(http.Request.Query);
        var eval = await store.GetEvalAsync(http.Caller().ProjectId, id, cancellationToken);
        return await store.Gates.AsNoTracking().SingleOrDefaultAsync(row => row.EvalId == eval.Id && row.Id == gate, cancellationToken) is { } found
            ? Show(Read(found), asMarkdown, StatusCodes.Status200OK)
            : Unknown(gate);
    }

    private static async Task<IResult> DeleteAsync(string id, string gate, HttpContext http, EvaluationDbContext store, CancellationToken cancellationToken)
    {
        var eval = await store.GetEvalAsync(http.Caller().ProjectId, id, cancellationToken);
        return await store.Gates.Where(row => row.EvalId == eval.Id && row.Id == gate).ExecuteDeleteAsync(cancellationToken) == 0
            ? Unknown(gate)
            : TypedResults.Json(new DeletedGate(gate), EvaluationJson.TypeInfo<DeletedGate>());
    }

    private static GateView Read(Gate row) => JsonSerializer.Deserialize(row.Content, EvaluationJson.TypeInfo<GateView>())!;

    private static ApiError Unknown(string id) => ApiErrors.NotFound($"The eval has no gate with id '{JsonFields.Shortened(id)}'.", "gate_id");

    private static IResult Show(GateView view, bool asMarkdown, int status) => asMarkdown
        ? TypedResults.Text(GateMarkdown.Write(view), ReportFormat.MarkdownType, statusCode: status)
        : TypedResults.Json(view, EvaluationJson.TypeInfo<GateView>(), statusCode: status);
}
