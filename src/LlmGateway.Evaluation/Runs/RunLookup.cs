using LlmGateway.Evaluation.Evals;
using LlmGateway.Evaluation.Storage;
using LlmGateway.Service;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Evaluation.Runs;

/// <summary>Finds a project's runs.</summary>
internal static class RunLookup
{
    /// <exception cref="ApiException">The project has no such eval, or the eval no such run (404).</exception>
    public static async Task<Run> GetRunAsync(this EvaluationDbContext store, string project, string evalId, string id, CancellationToken cancellationToken) =>
        await store.Runs.AsNoTracking().SingleOrDefaultAsync(run => run.ProjectId == project && run.EvalId == evalId && run.Id == id, cancellationToken)
        ?? throw (await store.Evals.Of(project).AnyAsync(eval => eval.Id == evalId, cancellationToken) ? Unknown(id) : EvalLookup.Unknown(evalId));

    private static ApiException Unknown(string id) =>
        new(ApiErrors.NotFound($"The eval has no run with id '{JsonFields.Shortened(id)}'.", "run_id"));
}
