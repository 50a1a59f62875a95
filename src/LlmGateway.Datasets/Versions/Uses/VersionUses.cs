using LlmGateway.Datasets.Storage;
using LlmGateway.Service;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Datasets.Versions.Uses;

/// <summary>Keeps versions that runs and jobs read. Using one and retiring it each lock its row first, so that one of them comes too late.</summary>
internal static class VersionUses
{
    /// <summary>Users that an error names.</summary>
    private const int MaxNamed = 10;

    /// <summary>Notes a use; again it changes nothing.</summary>
    /// <exception cref="ApiException">The version was deleted meanwhile (404).</exception>
    public static async Task UseVersionAsync(this DatasetsDbContext context, DatasetUse use, CancellationToken cancellationToken)
    {
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        if (await context.DatasetVersions.Where(row => row.Id == use.VersionId && row.Status == DatasetVersion.Completed)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.Status, DatasetVersion.Completed), cancellationToken) == 0)
        {
            throw new ApiException(ApiErrors.NotFound($"The version '{use.VersionId}' was deleted.", "version"));
        }

        await context.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO dataset_uses (version_id, used_by, split, role, project_id, created_at_micros)
            VALUES ({use.VersionId}, {use.UsedBy}, {use.Split}, {use.Role}, {use.ProjectId}, {use.CreatedAtMicros}) ON CONFLICT DO NOTHING
            """,
            cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>Takes a version out of sight for good, so that its rows can be deleted one after another.</summary>
    /// <exception cref="ApiException">It is in use (409).</exception>
    public static async Task RetireVersionAsync(this DatasetsDbContext context, string id, CancellationToken cancellationToken)
    {
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        // What is not finished is swept, should this be cut short.
        await context.DatasetVersions.Where(row => row.Id == id)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.Status, DatasetVersion.InProgress), cancellationToken);
        await context.CheckUnusedAsync([id], cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    /// <exception cref="ApiException">One of the versions is in use (409).</exception>
    public static async Task CheckUnusedAsync(this DatasetsDbContext context, IReadOnlyCollection<string> versions, CancellationToken cancellationToken)
    {
        var users = await context.DatasetUses.AsNoTracking().Where(use => versions.Contains(use.VersionId))
            .Select(use => use.UsedBy).Distinct().OrderBy(user => user).ToListAsync(cancellationToken);
        if (users.Count > 0)
        {
            var more = users.Count > MaxNamed ? $" and {users.Count - MaxNamed} more" : "";
            throw new ApiException(new ApiError(
                StatusCodes.Status409Conflict,
                "version_in_use",
                $"In use by {string.Join(", ", users.Take(MaxNamed))}{more}: what they were made with stays while they do.",
                "version"));
        }
    }
}
