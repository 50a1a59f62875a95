using System.Globalization;
using LlmGateway.Datasets.Inferences;
using LlmGateway.Datasets.Storage;
using LlmGateway.Service;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Datasets.Versions;

/// <summary>Finds completed versions of one project's datasets.</summary>
internal static class VersionLookup
{
    private const string Latest = "latest";

    /// <summary>Before a time: the version that was the latest then, to the second.</summary>
    private const string AsOf = "as_of:";

    public static IQueryable<DatasetVersion> VersionsOf(this DatasetsDbContext context, string project, string dataset) => context.DatasetVersions.AsNoTracking()
        .Where(row => row.ProjectId == project && row.DatasetId == dataset && row.Status == DatasetVersion.Completed);

    /// <param name="context">The store.</param>
    /// <param name="project">The caller's.</param>
    /// <param name="dataset">The dataset's id.</param>
    /// <param name="version"><c>latest</c>, a number, an id, or <c>as_of:</c> and Unix seconds or an ISO 8601 time.</param>
    /// <param name="cancellationToken">Ends the query.</param>
    /// <param name="param">What names it in the request.</param>
    /// <exception cref="ApiException">There is none (404), or the time is none (400).</exception>
    public static async Task<DatasetVersion> FindVersionAsync(
        this DatasetsDbContext context, string project, string dataset, string version, CancellationToken cancellationToken, string param = "version")
    {
        var versions = context.VersionsOf(project, dataset);
        versions = version == Latest ? versions.OrderByDescending(row => row.Number)
            : version.StartsWith(AsOf, StringComparison.Ordinal) ? versions.MadeBy(QueryTimes.ParseMicros(version[AsOf.Length..], param))
            : int.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? versions.Where(row => row.Number == number)
            : versions.Where(row => row.Id == version);
        return await versions.FirstOrDefaultAsync(cancellationToken)
            ?? throw new ApiException(ApiErrors.NotFound($"Dataset '{dataset}' has no version '{version}', or is not there.", param));
    }

    /// <summary>Those that were there at a time, the latest first. Times are shown to the second, and so they are compared.</summary>
    private static IQueryable<DatasetVersion> MadeBy(this IQueryable<DatasetVersion> versions, long micros)
    {
        var end = UnixMicros.OfSeconds(UnixMicros.ToSeconds(micros) + 1);
        return versions.Where(row => row.CreatedAtMicros < end).OrderByDescending(row => row.Number);
    }

    /// <summary>The items of a version, or of one split of it.</summary>
    public static IQueryable<DatasetItem> ItemsOf(this DatasetsDbContext context, DatasetVersion version, string? split)
    {
        var items = context.DatasetItems.AsNoTracking().Where(item => item.VersionId == version.Id);
        return split is null ? items : items.Where(item => item.Split == split);
    }

    /// <summary>The query's <c>split</c>; null for all.</summary>
    /// <exception cref="ApiException">It is none (400).</exception>
    public static string? ReadSplit(IQueryCollection query) => query["split"].ToString() switch
    {
        "" => null,
        var split when SplitRule.Names.Contains(split) => split,
        _ => throw new ApiException(ApiErrors.BadRequest($"Invalid 'split': expected one of {string.Join(", ", SplitRule.Names)}.", "split")),
    };
}
