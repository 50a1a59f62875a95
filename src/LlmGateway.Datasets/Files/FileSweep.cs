using LlmGateway.Datasets.Storage;
using LlmGateway.Service;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Datasets.Files;

/// <summary>
/// Deletes files that have expired, and contents without a row: what a process that was killed in the middle of an upload
/// or a deletion left. Any number of processes may do it at a time.
/// </summary>
internal sealed class FileSweep(DatasetsDbContext context, IFileStore store, TimeProvider time)
{
    /// <summary>Age from which a content without a row is no upload under way: a day.</summary>
    public static readonly TimeSpan OrphanAge = TimeSpan.FromDays(1);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var now = time.NowMicros();
        // Their contents have no row from here on.
        await context.Files.Where(file => file.ExpiresAtMicros <= now).ExecuteDeleteAsync(cancellationToken);

        var below = RowIds.Lowest(StoredFile.IdPrefix, time.GetUtcNow() - OrphanAge);
        for (var page = await store.ListAsync("", below, cancellationToken); page is [.., var last]; page = await store.ListAsync(last, below, cancellationToken))
        {
            var known = await context.Files.Where(file => page.Contains(file.Id)).Select(file => file.Id).ToListAsync(cancellationToken);
            foreach (var id in page.Except(known))
            {
                await store.DeleteAsync(id, cancellationToken);
            }
        }
    }
}
