using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Retrieval.Files;

/// <summary>How many files stand where.</summary>
internal sealed record FileCounts(int InProgress, int Completed, int Failed, int Cancelled)
{
    public static readonly FileCounts None = new(0, 0, 0, 0);

    public int Total => InProgress + Completed + Failed + Cancelled;

    /// <summary>Counts of each store's, or each batch's, files, with the bytes that they take.</summary>
    /// <param name="files">The files.</param>
    /// <param name="group">What they are counted by.</param>
    /// <param name="cancellationToken">Ends the query.</param>
    public static async Task<Dictionary<string, (FileCounts Counts, long Bytes)>> ByAsync(
        IQueryable<VectorStoreFile> files, System.Linq.Expressions.Expression<Func<VectorStoreFile, string>> group, CancellationToken cancellationToken)
    {
        var rows = await files.GroupBy(group).Select(entry => new
        {
            entry.Key,
            InProgress = entry.Count(row => row.Status == FileStatus.InProgress),
            Completed = entry.Count(row => row.Status == FileStatus.Completed),
            Failed = entry.Count(row => row.Status == FileStatus.Failed),
            Cancelled = entry.Count(row => row.Status == FileStatus.Cancelled),
            Bytes = entry.Sum(row => row.UsageBytes),
        }).ToListAsync(cancellationToken);
        return rows.ToDictionary(row => row.Key, row => (new FileCounts(row.InProgress, row.Completed, row.Failed, row.Cancelled), row.Bytes));
    }
}
