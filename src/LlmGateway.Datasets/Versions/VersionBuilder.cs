using System.Text.Json;
using LlmGateway.Datasets.Catalog;
using LlmGateway.Datasets.Storage;
using LlmGateway.Datasets.Versions.Sources;
using LlmGateway.Service;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Datasets.Versions;

/// <summary>
/// Builds a version: a row in progress, its items in small transactions while they are read, and one transaction that gives
/// it number and hash. Whatever ends it before that leaves nothing, or what <see cref="VersionSweep"/> finds.
/// </summary>
internal sealed class VersionBuilder(DatasetsDbContext context, VersionMaking making, IVersionWriter writer, DatasetsAnnouncer announcer, TimeProvider time)
{
    /// <summary>The new version; or the one that has the same content already, with what this making left out and found.</summary>
    /// <exception cref="ApiException">The source cannot be used, or gives nothing (400).</exception>
    public async Task<VersionView> BuildAsync(Dataset dataset, VersionRequest request, IItemSource source, CancellationToken cancellationToken)
    {
        var id = await BeginAsync(dataset, request, cancellationToken);
        var completed = false;
        try
        {
            var made = await making.MakeAsync(id, dataset, request, source, new RowWriter(writer), cancellationToken);
            if (made.Items == 0)
            {
                throw new ApiException(NoItems(made.Dropped));
            }

            completed = await TryCompleteAsync(dataset, id, made, cancellationToken);
            var version = await context.DatasetVersions.AsNoTracking().FirstAsync(
                row => row.DatasetId == dataset.Id && row.ContentHash == made.ContentHash, cancellationToken);
            if (!completed)
            {
                return VersionView.Of(version) with { Dropped = made.Dropped, Report = JsonElement.Parse(made.ReportJson), Existing = true };
            }

            await announcer.AnnounceAsync(version);
            return VersionView.Of(version);
        }
        finally
        {
            if (!completed)
            {
                context.ChangeTracker.Clear();
                await context.DeleteVersionAsync(id, CancellationToken.None);
            }
        }
    }

    /// <summary>What <see cref="BuildAsync"/> would make; nothing is written.</summary>
    /// <exception cref="ApiException">The source cannot be used (400).</exception>
    public Task<MadeVersion> PreviewAsync(Dataset dataset, VersionRequest request, IItemSource source, CancellationToken cancellationToken) =>
        making.MakeAsync("", dataset, request, source, null, cancellationToken);

    private async Task<string> BeginAsync(Dataset dataset, VersionRequest request, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var version = new DatasetVersion
        {
            Id = RowIds.New(DatasetVersion.IdPrefix, now),
            ProjectId = dataset.ProjectId,
            DatasetId = dataset.Id,
            Status = DatasetVersion.InProgress,
            Splits = "{}",
            Dropped = "{}",
            Report = "{}",
            Request = JsonSerializer.Serialize(request, DatasetsJsonContext.Default.VersionRequest),
            CreatedAtMicros = UnixMicros.Of(now),
        };
        context.DatasetVersions.Add(version);
        await context.SaveChangesAsync(cancellationToken);
        context.ChangeTracker.Clear();
        return version.Id;
    }

    /// <summary>Gives the version its number and hash.</summary>
    /// <returns>False if the dataset has a version with this content.</returns>
    private async Task<bool> TryCompleteAsync(Dataset dataset, string id, MadeVersion made, CancellationToken cancellationToken)
    {
        var (hash, splits, drops, report) = (made.ContentHash, made.SplitsJson, made.DroppedJson, made.ReportJson);
        var now = time.NowMicros();
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        // Locks the dataset's row: versions of one dataset are completed one after another.
        if (await context.Datasets.Where(row => row.Id == dataset.Id)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.LastVersion, row => row.LastVersion + 1), cancellationToken) == 0)
        {
            throw new ApiException(ApiErrors.NotFound($"No dataset found with id '{dataset.Id}': it was deleted meanwhile.", "dataset_id"));
        }

        if (await context.DatasetVersions.AnyAsync(row => row.DatasetId == dataset.Id && row.ContentHash == hash, cancellationToken))
        {
            return false;
        }

        var number = await context.Datasets.Where(row => row.Id == dataset.Id).Select(row => row.LastVersion).FirstAsync(cancellationToken);
        await context.DatasetVersions.Where(row => row.Id == id).ExecuteUpdateAsync(
            set => set
                .SetProperty(row => row.Status, DatasetVersion.Completed)
                .SetProperty(row => row.Number, number)
                .SetProperty(row => row.CreatedAtMicros, now)
                .SetProperty(row => row.ContentHash, hash)
                .SetProperty(row => row.Items, made.Items)
                .SetProperty(row => row.Splits, splits)
                .SetProperty(row => row.Dropped, drops)
                .SetProperty(row => row.Report, report),
            cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return true;
    }

    private static ApiError NoItems(IReadOnlyDictionary<string, int> dropped)
    {
        var why = dropped.Count == 0 ? "" : $" Left out: {string.Join(", ", dropped.Select(count => $"{count.Key} {count.Value}"))}.";
        return ApiErrors.BadRequest($"The source gives no items, and nothing was made.{why}", "source", "no_items");
    }
}
