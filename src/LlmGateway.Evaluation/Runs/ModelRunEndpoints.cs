using LlmGateway.Evaluation.Storage;
using LlmGateway.OpenAI;
using LlmGateway.Service;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Evaluation.Runs;

/// <summary>
/// What completed runs of models came to, whichever the eval: for services that show it beside what they own, in their
/// caller's name. At most <see cref="MaxRuns"/>, newest first.
/// </summary>
internal static class ModelRunEndpoints
{
    private const int MaxModels = 10;
    private const int MaxRuns = 20;

    public static void MapModelRuns(this IEndpointRouteBuilder routes) => routes.MapGet("/internal/runs", ListAsync).ExcludeFromDescription();

    private static async Task<IResult> ListAsync(HttpContext http, EvaluationDbContext store, CancellationToken cancellationToken)
    {
        var models = http.Request.Query["model"].OfType<string>().ToArray();
        if (models.Length is 0 or > MaxModels)
        {
            throw JsonFields.Invalid($"'model' is required, at most {MaxModels} times.", "model");
        }

        var project = http.Caller().ProjectId;
        var runs = await store.Runs.AsNoTracking()
            .Where(run => run.ProjectId == project && run.Status == RunStatus.Completed && models.Contains(run.Model))
            .OrderByDescending(run => run.CreatedAt).ThenByDescending(run => run.Id).Take(MaxRuns)
            .Join(store.Evals, run => run.EvalId, eval => eval.Id, (run, eval) => new { Run = run, eval.Name }).ToListAsync(cancellationToken);
        return TypedResults.Json(
            runs.OrderByDescending(row => row.Run.CreatedAt).ToList().ToPage(MaxRuns, row => ModelRunView.Of(row.Run, row.Name), row => row.Run.Id),
            EvaluationJson.TypeInfo<ListPage<ModelRunView>>());
    }
}

/// <summary>A run's counts and scores, without its items.</summary>
internal sealed record ModelRunView(
    string EvalId, string EvalName, string RunId, string RunName, string Model, long CreatedAt, RunCounts ResultCounts,
    IReadOnlyList<CriterionView> PerTestingCriteriaResults)
{
    public static ModelRunView Of(Run run, string evalName)
    {
        var totals = RunJson.ReadTotals(run.Totals);
        return new ModelRunView(
            run.EvalId, evalName, run.Id, run.Name, run.Model, UnixMicros.ToSeconds(run.CreatedAt),
            new RunCounts(totals.Total, totals.Errored, totals.Failed, totals.Passed, totals.Abstained), [.. totals.Criteria.Select(CriterionView.Of)]);
    }
}
