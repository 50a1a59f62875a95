using System.Runtime.CompilerServices;
using System.Text.Json;
using LlmGateway.Datasets.Storage;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Datasets.Versions.Sources;

/// <summary>What curation left out of a version, as it was, so that it comes back.</summary>
/// <param name="context">The store.</param>
/// <param name="version">The version.</param>
/// <param name="reasons">For which reasons; null for all.</param>
internal sealed class DroppedSource(DatasetsDbContext context, DatasetVersion version, IReadOnlyList<string>? reasons) : IItemSource
{
    private const int PageSize = 500;

    public async IAsyncEnumerable<ItemDraft> ReadAsync(DropCounts dropped, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var page = await PageAsync(-1, cancellationToken); page is [.., var last]; page = await PageAsync(last.Place, cancellationToken))
        {
            foreach (var drop in page)
            {
                yield return ToDraft(drop);
            }
        }
    }

    private Task<List<DatasetDrop>> PageAsync(int after, CancellationToken cancellationToken)
    {
        var drops = context.DropsOf(version);
        drops = reasons is null ? drops : drops.Where(drop => reasons.Contains(drop.Reason));
        return drops.Where(drop => drop.Place > after).OrderBy(drop => drop.Place).Take(PageSize).ToListAsync(cancellationToken);
    }

    private static ItemDraft ToDraft(DatasetDrop drop) => new()
    {
        Id = drop.ItemId,
        Input = JsonElement.Parse(drop.Input),
        Reference = Parse(drop.Reference),
        Rejected = Parse(drop.Rejected),
        Metadata = Parse(drop.Metadata),
        InferenceId = drop.InferenceId,
        FeedbackId = drop.FeedbackId,
        Line = drop.Line,
        EpisodeId = drop.EpisodeId,
        EndUser = drop.EndUser,
        CalledAtMicros = drop.CalledAtMicros,
    };

    private static JsonElement? Parse(string? json) => json is null ? null : JsonElement.Parse(json);
}
