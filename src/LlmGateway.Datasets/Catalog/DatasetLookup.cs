using LlmGateway.Datasets.Storage;
using LlmGateway.Service;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Datasets.Catalog;

internal static class DatasetLookup
{
    public static IQueryable<Dataset> DatasetsOf(this DatasetsDbContext context, string project) =>
        context.Datasets.Where(row => row.ProjectId == project);

    /// <exception cref="ApiException">The project has none with this id (404).</exception>
    public static async Task<Dataset> FindDatasetAsync(this DatasetsDbContext context, string project, string id, CancellationToken cancellationToken) =>
        await context.DatasetsOf(project).AsNoTracking().FirstOrDefaultAsync(row => row.Id == id, cancellationToken)
        ?? throw new ApiException(ApiErrors.NotFound($"No dataset found with id '{id}'.", "dataset_id"));
}
