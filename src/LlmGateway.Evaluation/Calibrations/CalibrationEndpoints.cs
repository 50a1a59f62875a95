using System.Text.Json;
using LlmGateway.Evaluation.Evals;
using LlmGateway.Evaluation.Storage;
using LlmGateway.OpenAI;
using LlmGateway.Service;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Evaluation.Calibrations;

/// <summary>Ours: testing criteria measured against people.</summary>
internal static class CalibrationEndpoints
{
    private const int MaxBodyBytes = 64 << 10;

    public static void MapCalibrations(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/evals/{id}/calibrations", CreateAsync).WithName("CreateEvalCalibration").WithSummary("Measure a testing criterion against people")
            .WithMetadata(new RequestSizeLimitAttribute(MaxBodyBytes));
        routes.MapGet("/v1/evals/{id}/calibrations", ListAsync).WithName("ListEvalCalibrations").WithSummary("List an eval's calibrations");
        routes.MapGet("/v1/evals/{id}/calibrations/{calibration}", GetAsync).WithName("GetEvalCalibration").WithSummary("Get a calibration");
    }

    private static async Task<IResult> CreateAsync(
        string id, JsonElement body, HttpContext http, EvaluationDbContext store, CalibrationCreation creation, CancellationToken cancellationToken)
    {
        var eval = await store.GetEvalAsync(http.Caller().ProjectId, id, cancellationToken);
        return Show(await creation.CreateAsync(eval, JsonFields.Of(body, ""), http.Caller(), cancellationToken), StatusCodes.Status201Created);
    }

    private static async Task<IResult> ListAsync(string id, HttpContext http, EvaluationDbContext store, CancellationToken cancellationToken)
    {
        var page = PageQuery.Read(http.Request.Query, descendingByDefault: true);
        var eval = await store.GetEvalAsync(http.Caller().ProjectId, id, cancellationToken);
        var calibrations = store.Calibrations.AsNoTracking().Where(row => row.EvalId == eval.Id);
        if (http.Request.Query["testing_criterion"].ToString() is { Length: > 0 } criterion)
        {
            calibrations = calibrations.Where(row => row.Criterion == criterion);
        }

        var cursor = page.After is { } after
            ? await calibrations.SingleOrDefaultAsync(row => row.Id == after, cancellationToken)
                ?? throw JsonFields.Invalid($"There is no calibration '{JsonFields.Shortened(after)}' to list after.", "after")
            : null;
        var rows = await calibrations.Page(page, nameof(Calibration.CreatedAt), cursor is null ? null : (cursor.CreatedAt, cursor.Id)).ToListAsync(cancellationToken);
        return TypedResults.Json(rows.ToPage(page.Limit, Read, row => row.Id), EvaluationJson.TypeInfo<ListPage<CalibrationView>>());
    }

    private static async Task<IResult> GetAsync(string id, string calibration, HttpContext http, EvaluationDbContext store, CancellationToken cancellationToken)
    {
        var eval = await store.GetEvalAsync(http.Caller().ProjectId, id, cancellationToken);
        return await store.Calibrations.AsNoTracking().SingleOrDefaultAsync(row => row.EvalId == eval.Id && row.Id == calibration, cancellationToken) is { } found
            ? Show(Read(found), StatusCodes.Status200OK)
            : ApiErrors.NotFound($"The eval has no calibration with id '{JsonFields.Shortened(calibration)}'.", "calibration_id");
    }

    private static CalibrationView Read(Calibration row) => JsonSerializer.Deserialize(row.Content, EvaluationJson.TypeInfo<CalibrationView>())!;

    private static JsonHttpResult<CalibrationView> Show(CalibrationView view, int status) =>
        TypedResults.Json(view, EvaluationJson.TypeInfo<CalibrationView>(), statusCode: status);
}
