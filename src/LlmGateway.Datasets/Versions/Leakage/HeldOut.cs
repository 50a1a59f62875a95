using System.Text.Json;
using LlmGateway.Contracts.Datasets;
using LlmGateway.Datasets.Storage;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Datasets.Versions.Leakage;

/// <summary>
/// What models are tested by: the other splits of the version but <c>train</c>, and what the runs of evaluations read of other versions
/// of the project, the 20 that were read last. A run that read a whole version was tested by its <c>validation</c> and <c>test</c> where
/// it has them; one that read a <c>train</c> asked what was learned.
/// </summary>
internal static class HeldOut
{
    private const int MaxVersions = 20;

    private static readonly string[] Splits = [SplitRule.ValidationName, SplitRule.TestName];

    /// <param name="context">The store.</param>
    /// <param name="project">Whose evaluations count.</param>
    /// <param name="version">The version to train on; null for a file.</param>
    /// <param name="split">Its split; null for all of it, which is not compared with itself.</param>
    /// <param name="cancellationToken">Ends the query.</param>
    public static async Task<IReadOnlyList<HeldOutPart>> FindAsync(
        DatasetsDbContext context, string project, DatasetVersion? version, string? split, CancellationToken cancellationToken)
    {
        var trained = version?.Id ?? "";
        var own = version is null || split is null ? [] : Splits.Where(name => name != split && Has(version, name)).Select(name => new HeldOutPart(version.DatasetId, version.Id, name, null));
        var used = await context.DatasetUses.AsNoTracking()
            .Where(use => use.ProjectId == project && use.Role == DatasetVersionUse.Tested && use.VersionId != trained && use.Split != SplitRule.TrainName)
            .Join(context.DatasetVersions, use => use.VersionId, row => row.Id, (use, row) => new { use, row })
            .Where(pair => pair.row.ProjectId == project)
            .GroupBy(pair => pair.use.VersionId)
            .Select(uses => new { Id = uses.Key, Newest = uses.Max(pair => pair.use.CreatedAtMicros) })
            .OrderByDescending(uses => uses.Newest).ThenBy(uses => uses.Id).Take(MaxVersions).ToListAsync(cancellationToken);
        var ids = used.Select(uses => uses.Id).ToArray();
        var rows = await context.DatasetVersions.AsNoTracking().Where(row => ids.Contains(row.Id)).ToDictionaryAsync(row => row.Id, cancellationToken);
        var uses = await context.DatasetUses.AsNoTracking()
            .Where(use => ids.Contains(use.VersionId) && use.Role == DatasetVersionUse.Tested && use.Split != SplitRule.TrainName)
            .GroupBy(use => new { use.VersionId, use.Split })
            .Select(group => new { group.Key.VersionId, group.Key.Split, UsedBy = group.Max(use => use.UsedBy) }).ToListAsync(cancellationToken);
        var others = uses.SelectMany(use => PartsOf(rows[use.VersionId], use.Split, use.UsedBy!));
        return [.. own, .. others.DistinctBy(part => (part.Version, part.Split)).OrderBy(part => Array.IndexOf(ids, part.Version)).ThenBy(part => part.Split, StringComparer.Ordinal)];
    }

    private static IEnumerable<HeldOutPart> PartsOf(DatasetVersion version, string split, string usedBy)
    {
        var splits = split.Length > 0 ? [split] : Splits.Where(name => Has(version, name)).ToArray();
        return splits.Length > 0
            ? splits.Select(name => new HeldOutPart(version.DatasetId, version.Id, name, usedBy))
            : [new HeldOutPart(version.DatasetId, version.Id, null, usedBy)];
    }

    private static bool Has(DatasetVersion version, string split) =>
        JsonSerializer.Deserialize(version.Splits, DatasetsJsonContext.Default.IReadOnlyDictionaryStringInt32)!.ContainsKey(split);
}
