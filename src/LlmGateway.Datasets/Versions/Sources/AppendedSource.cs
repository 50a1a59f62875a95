using System.Runtime.CompilerServices;
using System.Text.Json;
using LlmGateway.Datasets.Storage;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Datasets.Versions.Sources;

/// <summary>The items of a version and then those of another source. An id is there once: of two the first is kept, or the other source's.</summary>
/// <param name="context">The store.</param>
/// <param name="version">What the items are added to; null for nothing.</param>
/// <param name="more">The other source, which is read twice where it replaces.</param>
/// <param name="replace">Whether it takes the place of what is there.</param>
internal sealed class AppendedSource(DatasetsDbContext context, DatasetVersion? version, IItemSource more, bool replace) : IItemSource
{
    private const int PageSize = 500;

    public async IAsyncEnumerable<ItemDraft> ReadAsync(DropCounts dropped, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var hash = new ItemHash();
        var newer = replace ? await IdsAsync(hash, cancellationToken) : [];
        var there = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var item in OldAsync(cancellationToken).Where(item => !newer.Contains(item.ItemId)))
        {
            there.Add(item.ItemId);
            yield return ToDraft(item);
        }

        await foreach (var draft in more.ReadAsync(dropped, cancellationToken))
        {
            var id = IdOf(draft, hash);
            if (there.Add(id))
            {
                yield return draft with { Id = id };
            }
            else
            {
                dropped.Add(DropCounts.AlreadyThere);
            }
        }
    }

    private async Task<HashSet<string>> IdsAsync(ItemHash hash, CancellationToken cancellationToken)
    {
        var ids = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var draft in more.ReadAsync(new DropCounts(), cancellationToken))
        {
            ids.Add(IdOf(draft, hash));
        }

        return ids;
    }

    /// <summary>A page at a time: the items are written through the same connection.</summary>
    private async IAsyncEnumerable<DatasetItem> OldAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var first = 0; first < version?.Items; first += PageSize)
        {
            var from = first;
            var page = await context.ItemsOf(version, null).Where(item => item.Place >= from && item.Place < from + PageSize)
                .OrderBy(item => item.Place).ToListAsync(cancellationToken);
            foreach (var item in page)
            {
                yield return item;
            }
        }
    }

    private static string IdOf(ItemDraft draft, ItemHash hash) => draft.Id ?? ItemNames.IdOf(hash.OfInput(draft.Input));

    private static ItemDraft ToDraft(DatasetItem item) => new()
    {
        Id = item.ItemId,
        Input = JsonElement.Parse(item.Input),
        Reference = Parse(item.Reference),
        Rejected = Parse(item.Rejected),
        Metadata = Parse(item.Metadata),
        Split = item.Split,
        InferenceId = item.InferenceId,
        FeedbackId = item.FeedbackId,
        Line = item.Line,
        EpisodeId = item.EpisodeId,
        EndUser = item.EndUser,
        CalledAtMicros = item.CalledAtMicros,
    };

    private static JsonElement? Parse(string? json) => json is null ? null : JsonElement.Parse(json);
}
