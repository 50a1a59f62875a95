using LlmGateway.Datasets.Versions.Sources;

namespace LlmGateway.Datasets.Versions.Curation;

/// <summary>What curation leaves out of a version: counted, the first told, and each written whole.</summary>
/// <param name="versionId">The version.</param>
/// <param name="counts">The version's counts.</param>
/// <param name="rows">Where they are written; null for a dry run.</param>
internal sealed class DropLog(string versionId, DropCounts counts, RowWriter? rows)
{
    private const int Examples = 10;

    private readonly List<DatasetDrop> _first = [];

    /// <summary>The first ten.</summary>
    public IReadOnlyList<DatasetDrop> First => _first;

    public async ValueTask AddAsync(ItemDraft draft, string step, string reason, string? detail, CancellationToken cancellationToken)
    {
        counts.Add(reason);
        var drop = new DatasetDrop(versionId, draft, step, reason, detail);
        if (_first.Count < Examples)
        {
            _first.Add(drop);
        }

        if (rows is not null)
        {
            await rows.AddAsync(drop, cancellationToken);
        }
    }
}
