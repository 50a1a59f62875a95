using System.Text.Json;
using LlmGateway.Evaluation.Graders;
using LlmGateway.Evaluation.Runs;
using LlmGateway.Evaluation.Storage;
using LlmGateway.OpenAI;
using LlmGateway.Service;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Evaluation.Evals;

/// <summary>OpenAI's evals.</summary>
internal static class EvalEndpoints
{
    private const int MaxBodyBytes = 2 << 20;
    private const int MaxNameLength = 500;

    public static void MapEvals(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/evals", CreateAsync).WithName("CreateEval").WithSummary("Create an eval")
            .WithMetadata(new RequestSizeLimitAttribute(MaxBodyBytes));
        routes.MapGet("/v1/evals", ListAsync).WithName("ListEvals").WithSummary("List evals");
        routes.MapGet("/v1/evals/{id}", GetAsync).WithName("GetEval").WithSummary("Get an eval");
        routes.MapPost("/v1/evals/{id}", UpdateAsync).WithName("UpdateEval").WithSummary("Rename an eval, or change its metadata")
            .WithMetadata(new RequestSizeLimitAttribute(MaxBodyBytes));
        routes.MapDelete("/v1/evals/{id}", DeleteAsync).WithName("DeleteEval").WithSummary("Delete an eval with its runs");
    }

    private static async Task<IResult> CreateAsync(
        JsonElement body, HttpContext http, EvaluationDbContext store, GraderCatalog graders, TimeProvider time, CancellationToken cancellationToken)
    {
        var fields = JsonFields.Of(body, "").Only("name", "metadata", "data_source_config", "testing_criteria");
        var config = await DataSourceConfig.ReadAsync(fields.Object("data_source_config"), cancellationToken);
        await graders.ReadAsync(fields, config.Scope, cancellationToken);
        var id = RowIds.New(IdPrefixes.Eval, time.GetUtcNow());
        var now = time.NowMicros();
        var eval = new Eval
        {
            Id = id,
            ProjectId = http.Caller().ProjectId,
            Name = fields.FindText("name", MaxNameLength) ?? id,
            DataSourceConfig = config.Json,
            TestingCriteria = JsonText.Compact(fields.Value("testing_criteria")),
            Metadata = Metadata.Read(fields),
            CreatedAt = now,
            UpdatedAt = now,
        };
        store.Evals.Add(eval);
        await store.SaveChangesAsync(cancellationToken);
        return TypedResults.Json(EvalView.Of(eval), EvaluationJson.TypeInfo<EvalView>(), statusCode: StatusCodes.Status201Created);
    }

    private static async Task<IResult> ListAsync(HttpContext http, EvaluationDbContext store, CancellationToken cancellationToken)
    {
        var page = PageQuery.Read(http.Request.Query, descendingByDefault: false);
        var evals = store.Evals.Of(http.Caller().ProjectId).AsNoTracking();
        var time = http.Request.Query["order_by"].ToString() switch
        {
            "" or "created_at" => nameof(Eval.CreatedAt),
            "updated_at" => nameof(Eval.UpdatedAt),
            _ => throw JsonFields.Invalid("Invalid 'order_by': expected 'created_at' or 'updated_at'.", "order_by"),
        };
        var cursor = page.After is { } after
            ? await evals.SingleOrDefaultAsync(row => row.Id == after, cancellationToken) ?? throw JsonFields.Invalid($"There is no eval '{JsonFields.Shortened(after)}' to list after.", "after")
            : null;
        var place = cursor is null ? ((long, string)?)null : (time == nameof(Eval.CreatedAt) ? cursor.CreatedAt : cursor.UpdatedAt, cursor.Id);
        var rows = await evals.Page(page, time, place).ToListAsync(cancellationToken);
        return TypedResults.Json(rows.ToPage(page.Limit, EvalView.Of, row => row.Id), EvaluationJson.TypeInfo<ListPage<EvalView>>());
    }

    private static async Task<IResult> GetAsync(string id, HttpContext http, EvaluationDbContext store, CancellationToken cancellationToken) =>
        Show(await store.GetEvalAsync(http.Caller().ProjectId, id, cancellationToken));

    private static async Task<IResult> UpdateAsync(
        string id, JsonElement body, HttpContext http, EvaluationDbContext store, TimeProvider time, CancellationToken cancellationToken)
    {
        var fields = JsonFields.Of(body, "").Only("name", "metadata");
        var eval = await store.GetEvalAsync(http.Caller().ProjectId, id, cancellationToken);
        eval.Name = fields.FindText("name", MaxNameLength) ?? eval.Name;
        eval.Metadata = body.TryGetProperty("metadata", out _) ? Metadata.Read(fields) : eval.Metadata;
        eval.UpdatedAt = time.NowMicros();
        await store.SaveChangesAsync(cancellationToken);
        return Show(eval);
    }

    private static async Task<IResult> DeleteAsync(
        string id, HttpContext http, EvaluationDbContext store, RunDeletion deletion, CancellationToken cancellationToken)
    {
        var eval = await store.GetEvalAsync(http.Caller().ProjectId, id, cancellationToken);

        // In the order in which workers take rows: a rule's holds it and then, by the run that it makes, the eval. And with these gone no
        // more runs are made.
        await store.Attributions.Where(row => row.EvalId == eval.Id).ExecuteDeleteAsync(cancellationToken);
        await store.Insights.Where(row => row.EvalId == eval.Id).ExecuteDeleteAsync(cancellationToken);
        await store.OnlineRules.Where(row => row.EvalId == eval.Id).ExecuteDeleteAsync(cancellationToken);
        await deletion.DeleteAsync(store.Runs.Where(run => run.EvalId == eval.Id), cancellationToken);
        await store.Evals.Where(row => row.Id == eval.Id).ExecuteDeleteAsync(cancellationToken);
        return TypedResults.Json(new DeletedEval(id), EvaluationJson.TypeInfo<DeletedEval>());
    }

    private static JsonHttpResult<EvalView> Show(Eval eval) => TypedResults.Json(EvalView.Of(eval), EvaluationJson.TypeInfo<EvalView>());
}
