using LlmGateway.Evaluation.Storage;
using LlmGateway.Service;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Evaluation.Evals;

/// <summary>Finds a project's evals.</summary>
internal static class EvalLookup
{
    public static IQueryable<Eval> Of(this DbSet<Eval> evals, string project) => evals.Where(row => row.ProjectId == project);

    /// <exception cref="ApiException">The project has no such eval (404).</exception>
    public static async Task<Eval> GetEvalAsync(this EvaluationDbContext store, string project, string id, CancellationToken cancellationToken) =>
        await store.Evals.Of(project).SingleOrDefaultAsync(row => row.Id == id, cancellationToken) ?? throw Unknown(id);

    public static ApiException Unknown(string id) =>
        new(ApiErrors.NotFound($"No eval found with id '{JsonFields.Shortened(id)}'.", "eval_id"));
}
