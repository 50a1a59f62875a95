using LlmGateway.Retrieval.Storage;
using LlmGateway.Service;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Retrieval.Evaluations;

/// <summary>Finds evaluations, each within its project only.</summary>
internal static class EvaluationLookup
{
    public static IQueryable<RetrievalEvaluation> EvaluationsOf(this RetrievalDbContext context, string project) =>
        context.Set<RetrievalEvaluation>().AsNoTracking().Where(row => row.ProjectId == project);

    /// <exception cref="ApiException">The project has no such evaluation (404).</exception>
    public static async Task<RetrievalEvaluation> FindEvaluationAsync(this RetrievalDbContext context, string project, string id, CancellationToken cancellationToken) =>
        await context.EvaluationsOf(project).SingleOrDefaultAsync(row => row.Id == id, cancellationToken)
        ?? throw new ApiException(ApiErrors.NotFound($"No retrieval evaluation found with id '{id}'.", "evaluation_id"));
}
