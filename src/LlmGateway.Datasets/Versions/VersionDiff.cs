using LlmGateway.Datasets.Storage;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Datasets.Versions;

/// <summary>What changed between two versions, by the items' ids: how much in all, and the first of each kind.</summary>
internal sealed record VersionDiff(string From, string To, int Added, int Removed, int Changed, int Unchanged, IReadOnlyList<ItemChange> Data)
{
    /// <summary>Changes of each kind that are shown.</summary>
    private const int Shown = 100;

    public string Object { get; } = "dataset.diff";

    public static async Task<VersionDiff> ReadAsync(DatasetsDbContext context, DatasetVersion from, DatasetVersion to, CancellationToken cancellationToken)
    {
        var (old, now) = (context.ItemsOf(from, null), context.ItemsOf(to, null));
        var added = now.Where(item => !old.Any(other => other.ItemId == item.ItemId));
        var removed = old.Where(item => !now.Any(other => other.ItemId == item.ItemId));
        var both = now.Join(old, item => item.ItemId, other => other.ItemId, (item, other) => new { item, other });
        var changed = both.Where(pair => pair.item.Hash != pair.other.Hash);

        var (addedCount, removedCount, changedCount) =
            (await added.CountAsync(cancellationToken), await removed.CountAsync(cancellationToken), await changed.CountAsync(cancellationToken));
        var firstAdded = await added.OrderBy(item => item.Place).Select(item => item.ItemId).Take(Shown).ToListAsync(cancellationToken);
        var firstRemoved = await removed.OrderBy(item => item.Place).Select(item => item.ItemId).Take(Shown).ToListAsync(cancellationToken);
        var firstChanged = await changed.OrderBy(pair => pair.item.Place).Take(Shown).ToListAsync(cancellationToken);
        return new VersionDiff(from.Id, to.Id, addedCount, removedCount, changedCount, to.Items - addedCount - changedCount,
        [
            .. firstAdded.Select(id => new ItemChange(id, "added", [])),
            .. firstRemoved.Select(id => new ItemChange(id, "removed", [])),
            .. firstChanged.Select(pair => new ItemChange(pair.item.ItemId, "changed", FieldsOf(pair.item, pair.other))),
        ]);
    }

    private static string[] FieldsOf(DatasetItem item, DatasetItem other) =>
    [
        .. new[]
        {
            ("input", item.Input != other.Input),
            ("reference", item.Reference != other.Reference),
            ("rejected", item.Rejected != other.Rejected),
            ("metadata", item.Metadata != other.Metadata),
            ("split", item.Split != other.Split),
        }.Where(field => field.Item2).Select(field => field.Item1),
    ];
}

/// <summary>An item that changed.</summary>
/// <param name="Id">The item's id.</param>
/// <param name="Change">added, removed or changed.</param>
/// <param name="Fields">Those that differ.</param>
internal sealed record ItemChange(string Id, string Change, IReadOnlyList<string> Fields);
