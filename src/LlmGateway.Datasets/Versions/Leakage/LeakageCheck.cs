using System.Runtime.CompilerServices;
using System.Text.Json;
using LlmGateway.Datasets.Storage;
using LlmGateway.Service;
using LlmGateway.Text.NearDuplicates;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Datasets.Versions.Leakage;

/// <summary>
/// Finds items to train on whose inputs stand where models are tested, the same or nearly: what is measured there is then what was learned
/// by heart. Inputs are compared as <see cref="ItemText"/> has them. Memory holds a sketch of each item to train on, and a page of the others.
/// </summary>
internal static class LeakageCheck
{
    private const int Shown = 100;
    private const int Named = 5;

    /// <summary>The leaking pairs.</summary>
    /// <param name="context">The store.</param>
    /// <param name="version">The version to train on.</param>
    /// <param name="split">Its split; null for all of it, which is not compared with itself.</param>
    /// <param name="threshold">Likeness that counts, 0.5 to 1.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    public static async Task<LeakageReport> FindAsync(
        DatasetsDbContext context, DatasetVersion version, string? split, double threshold, CancellationToken cancellationToken)
    {
        var parts = await HeldOut.FindAsync(context, version.ProjectId, version, split, cancellationToken);
        var index = new NearDuplicateIndex(threshold);
        var ids = new List<string>();
        if (parts.Count > 0)
        {
            await foreach (var (id, sketch) in SketchesAsync(context.ItemsOf(version, split), cancellationToken))
            {
                index.Add(sketch);
                ids.Add(id);
            }
        }

        var (pairs, leaking, exact, near) = (new List<LeakingPair>(), new HashSet<int>(), 0, 0);
        foreach (var part in parts)
        {
            await foreach (var (id, sketch) in SketchesAsync(ItemsOf(context, part), cancellationToken))
            {
                foreach (var match in index.FindAll(sketch).OrderBy(match => match.Index))
                {
                    leaking.Add(match.Index);
                    exact += match.Jaccard == 1 ? 1 : 0;
                    near += match.Jaccard == 1 ? 0 : 1;
                    if (pairs.Count < Shown)
                    {
                        pairs.Add(new LeakingPair(ids[match.Index], id, part.Version, part.Split, Math.Round(match.Jaccard, 4)));
                    }
                }
            }
        }

        return new LeakageReport(version.Id, split, threshold, await context.ItemsOf(version, split).CountAsync(cancellationToken), leaking.Count, exact, near, parts, pairs);
    }

    /// <summary>Lets nobody train on what leaks. Splits that are named for testing are not trained on.</summary>
    /// <exception cref="ApiException">Items leak (400).</exception>
    public static async Task BlockAsync(DatasetsDbContext context, DatasetVersion version, string? split, CancellationToken cancellationToken)
    {
        if (split is not (null or SplitRule.TrainName))
        {
            return;
        }

        var report = await FindAsync(context, version, split, NearDuplicateIndex.DefaultThreshold, cancellationToken);
        if (report.Count > 0)
        {
            throw new ApiException(ApiErrors.BadRequest(
                $"{report.Count} of {report.ItemCount} items to train on are, or nearly are, items that models are tested by: "
                + $"{string.Join("; ", report.Data.DistinctBy(pair => pair.ItemId).Take(Named).Select(Describe))}{(report.Count > Named ? "; …" : "")}. "
                + "GET …/leakage lists them. Make a version whose 'split.by' is 'near_duplicates', or ask with 'allow_leakage=true'.",
                "split",
                "leakage"));
        }
    }

    private static string Describe(LeakingPair pair) => FormattableString.Invariant(
        $"'{pair.ItemId}' and '{pair.OtherId}' of {(pair.OtherSplit is { } split ? $"'{split}' of " : "")}{pair.OtherVersion} ({(pair.Jaccard == 1 ? "the same" : $"Jaccard {pair.Jaccard:0.00}")})");

    /// <summary>The items of a part.</summary>
    public static IQueryable<DatasetItem> ItemsOf(DatasetsDbContext context, HeldOutPart part)
    {
        var items = context.DatasetItems.AsNoTracking().Where(item => item.VersionId == part.Version);
        return part.Split is { } split ? items.Where(item => item.Split == split) : items;
    }

    /// <summary>Of the items that have a text, in their order.</summary>
    public static async IAsyncEnumerable<(string Id, TextSketch Sketch)> SketchesAsync(
        IQueryable<DatasetItem> items, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var item in items.InPages(cancellationToken).SelectMany(page => page))
        {
            if (ItemText.OfInput(JsonElement.Parse(item.Input)) is var text && !string.IsNullOrWhiteSpace(text))
            {
                yield return (item.ItemId, TextSketch.Of(text));
            }
        }
    }
}
