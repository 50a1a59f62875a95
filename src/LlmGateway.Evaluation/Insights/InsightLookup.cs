using LlmGateway.Evaluation.Storage;
using LlmGateway.Service;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Evaluation.Insights;

/// <summary>Finds a project's insights.</summary>
internal static class InsightLookup
{
    public static IQueryable<Insight> Of(this DbSet<Insight> insights, string project) => insights.Where(row => row.ProjectId == project);

    /// <exception cref="ApiException">The project has no such insight (404).</exception>
    public static async Task<Insight> GetInsightAsync(this EvaluationDbContext store, string project, string id, CancellationToken cancellationToken) =>
        await store.Insights.Of(project).AsNoTracking().SingleOrDefaultAsync(row => row.Id == id, cancellationToken) ?? throw Unknown(id);

    public static ApiException Unknown(string id) =>
        new(ApiErrors.NotFound($"No insight found with id '{JsonFields.Shortened(id)}'.", "insight_id"));
}
