using System.Text.Json;
using LlmGateway.Datasets.Catalog;
using LlmGateway.Datasets.Feedback;
using LlmGateway.Datasets.Storage;
using LlmGateway.Datasets.Versions.Curation;
using LlmGateway.Datasets.Versions.Schemas;
using LlmGateway.Datasets.Versions.Sources;

namespace LlmGateway.Datasets.Versions;

/// <summary>
/// Takes drafts from their source through the steps of curation and the split to items. They go one by one, and memory holds what the steps
/// remember of them; a step that must see all of them first puts them into a <see cref="DraftSpool"/>.
/// </summary>
internal sealed class VersionMaking(DatasetsDbContext context, FeedbackMetrics metrics)
{
    /// <param name="id">The version's.</param>
    /// <param name="dataset">Whose it is.</param>
    /// <param name="request">What is asked for.</param>
    /// <param name="source">Where the drafts come from.</param>
    /// <param name="rows">Where items and drops are written; null for a dry run.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="Service.ApiException">The source cannot be used (400).</exception>
    public async Task<MadeVersion> MakeAsync(
        string id, Dataset dataset, VersionRequest request, IItemSource source, RowWriter? rows, CancellationToken cancellationToken)
    {
        var dropped = new DropCounts();
        var drops = new DropLog(id, dropped, rows);
        var schemas = await ItemSchemas.OfAsync(dataset, request.Source!, cancellationToken);
        var drafts = schemas.CheckAsync(source.ReadAsync(dropped, cancellationToken), dropped, cancellationToken);
        var tallies = new List<StepTally>();
        var plan = request.Split is { NeedsAll: true } rule ? new SplitPlan(rule) : null;
        drafts = Curate(dataset.ProjectId, request, drafts, tallies, drops, cancellationToken);
        drafts = plan?.ApplyAsync(drafts, cancellationToken) ?? drafts;
        using var maker = new ItemMaker(id, request.Split);
        var style = new StyleLint();
        await foreach (var draft in drafts.WithCancellation(cancellationToken))
        {
            var item = maker.Make(draft);
            style.Add(ItemText.OfPlainReference(draft.Reference));
            if (rows is not null)
            {
                await rows.AddAsync(item, cancellationToken);
            }
        }

        if (rows is not null)
        {
            await rows.FlushAsync(cancellationToken);
        }

        var report = new VersionReport(
            dropped.Lines, dropped.Schema, tallies.Count == 0 ? null : [.. tallies.Select(tally => tally.ToReport())], style.ToReport(), plan?.Groups);
        return new MadeVersion(maker.ContentHash, maker.Count, maker.Splits, dropped.Counts, report, drops.First);
    }

    /// <summary>Names drafts and takes them through the steps of a request.</summary>
    /// <param name="project">Whose they are.</param>
    /// <param name="request">What is asked for.</param>
    /// <param name="drafts">What the source gives.</param>
    /// <param name="tallies">Takes a tally for each step.</param>
    /// <param name="drops">Takes what is left out.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public IAsyncEnumerable<ItemDraft> Curate(
        string project, VersionRequest request, IAsyncEnumerable<ItemDraft> drafts, List<StepTally> tallies, DropLog drops, CancellationToken cancellationToken)
    {
        var scope = new CurationScope(context, metrics, project);
        drafts = drafts.NamedAsync(cancellationToken);
        foreach (var (index, step) in request.Steps().Index())
        {
            var tally = new StepTally(step, $"curation[{index}]", drops);
            drafts = step.ApplyAsync(tally.CountAsync(drafts, cancellationToken), tally, scope, cancellationToken);
            tallies.Add(tally);
        }

        return drafts;
    }
}

/// <summary>What was made.</summary>
/// <param name="ContentHash">Over the items.</param>
/// <param name="Items">How many.</param>
/// <param name="Splits">Items of each split.</param>
/// <param name="Dropped">What was left out, by the reason.</param>
/// <param name="Report">What the making found.</param>
/// <param name="FirstDrops">The first ten that curation left out.</param>
internal sealed record MadeVersion(
    string ContentHash,
    int Items,
    IReadOnlyDictionary<string, int> Splits,
    IReadOnlyDictionary<string, int> Dropped,
    VersionReport Report,
    IReadOnlyList<DatasetDrop> FirstDrops)
{
    public string SplitsJson => JsonSerializer.Serialize(Splits, DatasetsJsonContext.Default.IReadOnlyDictionaryStringInt32);

    public string DroppedJson => JsonSerializer.Serialize(Dropped, DatasetsJsonContext.Default.IReadOnlyDictionaryStringInt32);

    public string ReportJson => JsonSerializer.Serialize(Report, DatasetsJsonContext.Default.VersionReport);
}

/// <summary>What a dry run would make, on the wire.</summary>
internal sealed record VersionPreview(
    int ItemCount, IReadOnlyDictionary<string, int> Splits, IReadOnlyDictionary<string, int> Dropped, VersionReport Report, IReadOnlyList<DropView> Examples)
{
    public string Object { get; } = "dataset.version.preview";

    public static VersionPreview Of(MadeVersion made) => new(made.Items, made.Splits, made.Dropped, made.Report, [.. made.FirstDrops.Select(DropView.Of)]);
}
