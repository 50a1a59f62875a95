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
internal sealed class VersionBuilder(DatasetsDbContext context, TimeProvider time)
{
    /// <summary>Items of one transaction.</summary>
    private const int BatchItems = 500;

    /// <summary>Characters of one transaction, so that large items make small batches.</summary>
    private const int BatchLength = 4 << 20;

    /// <summary>The new version, or the one that has the same content already.</summary>
    /// <exception cref="ApiException">The source cannot be used, or gives nothing (400).</exception>
    public async Task<DatasetVersion> BuildAsync(Dataset dataset, VersionRequest request, IItemSource source, CancellationToken cancellationToken)
    {
        var dropped = new DropCounts();
        var id = await BeginAsync(dataset, request, cancellationToken);
        var completed = false;
        try
        {
            using var maker = new ItemMaker(id, request.Split, request.Dedupe is not null, dropped);
            await WriteAsync(source, maker, dropped, cancellationToken);
            if (maker.Count == 0)
            {
                throw new ApiException(NoItems(dropped));
            }

            completed = await TryCompleteAsync(dataset, id, maker, dropped, cancellationToken);
            var hash = maker.ContentHash;
            return await context.DatasetVersions.AsNoTracking().FirstAsync(row => row.DatasetId == dataset.Id && row.ContentHash == hash, cancellationToken);
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
            Request = JsonSerializer.Serialize(request, DatasetsJsonContext.Default.VersionRequest),
            CreatedAtMicros = UnixMicros.Of(now),
        };
        context.DatasetVersions.Add(version);
        await context.SaveChangesAsync(cancellationToken);
        context.ChangeTracker.Clear();
        return version.Id;
    }

    private async Task WriteAsync(IItemSource source, ItemMaker maker, DropCounts dropped, CancellationToken cancellationToken)
    {
        var (items, length) = (0, 0);
        await foreach (var draft in source.ReadAsync(dropped, cancellationToken))
        {
            if (maker.Make(draft) is not { } item)
            {
                continue;
            }

            context.DatasetItems.Add(item);
            items++;
            length += item.Input.Length + (item.Reference?.Length ?? 0) + (item.Metadata?.Length ?? 0);
            if (items == BatchItems || length > BatchLength)
            {
                await FlushAsync(cancellationToken);
                (items, length) = (0, 0);
            }
        }

        await FlushAsync(cancellationToken);
    }

    private async Task FlushAsync(CancellationToken cancellationToken)
    {
        await context.SaveChangesAsync(cancellationToken);
        context.ChangeTracker.Clear();
    }

    /// <summary>Gives the version its number and hash.</summary>
    /// <returns>False if the dataset has a version with this content.</returns>
    private async Task<bool> TryCompleteAsync(Dataset dataset, string id, ItemMaker maker, DropCounts dropped, CancellationToken cancellationToken)
    {
        var (hash, count, splits) = (maker.ContentHash, maker.Count, ToJson(maker.Splits));
        var drops = ToJson(dropped.Counts);
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
                .SetProperty(row => row.ContentHash, hash)
                .SetProperty(row => row.Items, count)
                .SetProperty(row => row.Splits, splits)
                .SetProperty(row => row.Dropped, drops),
            cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return true;
    }

    private static ApiError NoItems(DropCounts dropped)
    {
        var why = dropped.Counts.Count == 0 ? "" : $" Left out: {string.Join(", ", dropped.Counts.Select(count => $"{count.Key} {count.Value}"))}.";
        return ApiErrors.BadRequest($"The source gives no items, and nothing was made.{why}", "source", "no_items");
    }

    private static string ToJson(IReadOnlyDictionary<string, int> counts) =>
        JsonSerializer.Serialize(counts, DatasetsJsonContext.Default.IReadOnlyDictionaryStringInt32);
}
