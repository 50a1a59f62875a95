using LlmGateway.Evaluation.Storage;
using LlmGateway.Service;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Evaluation.Attributions;

/// <summary>Finds a project's attributions.</summary>
internal static class AttributionLookup
{
    /// <exception cref="ApiException">The project has no such attribution (404).</exception>
    public static async Task<Attribution> GetAttributionAsync(this EvaluationDbContext store, string project, string id, CancellationToken cancellationToken) =>
        await store.Attributions.AsNoTracking().SingleOrDefaultAsync(row => row.ProjectId == project && row.Id == id, cancellationToken)
        ?? throw new ApiException(ApiErrors.NotFound($"No attribution found with id '{JsonFields.Shortened(id)}'.", "attribution_id"));
}
