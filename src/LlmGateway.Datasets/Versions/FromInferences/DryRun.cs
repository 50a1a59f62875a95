using LlmGateway.Datasets.Catalog;
using LlmGateway.Datasets.Versions.Curation;
using LlmGateway.Datasets.Versions.Sources;
using Microsoft.Extensions.DependencyInjection;

namespace LlmGateway.Datasets.Versions.FromInferences;

/// <summary>Tells what a request would make of logged calls: how many pass, and of the newest what is left out and what they look like.</summary>
/// <param name="calls">Opens the source.</param>
/// <param name="making">Takes what is examined through the steps of curation.</param>
/// <param name="scopes">Gives a second connection: calls are counted while the newest are read.</param>
internal sealed class DryRun(CallSources calls, VersionMaking making, IServiceScopeFactory scopes)
{
    /// <summary>Calls whose bodies are read.</summary>
    private const int ExaminedCalls = 100;

    /// <summary>Calls that are searched for words.</summary>
    private const int SearchedCalls = 1000;

    private const int Examples = 10;

    /// <exception cref="Service.ApiException">The filter is malformed (400).</exception>
    public async Task<DryRunView> RunAsync(Dataset dataset, VersionRequest request, CancellationToken cancellationToken)
    {
        var source = request.Source!;
        // On a thread of its own: the embedded store answers on the thread that asks.
        var counting = Task.Run(() => CountAsync(dataset.ProjectId, source, cancellationToken), cancellationToken);
        var chosen = await calls.ChooseAsync(dataset.ProjectId, source, cancellationToken);
        var newest = await chosen.NewestAsync(chosen.HasText ? SearchedCalls : ExaminedCalls, cancellationToken);
        var examined = chosen.HasText ? await chosen.WithTextAsync(newest.ToAsyncEnumerable(), cancellationToken).ToListAsync(cancellationToken) : newest;
        var dropped = new DropCounts();
        var examples = await ReadAsync(dataset.ProjectId, request, [.. examined.Order()], dropped, cancellationToken);
        var passing = await counting;
        // Of more calls than were searched, as large a part is expected to have the words.
        var matching = passing > newest.Count && chosen.HasText ? (int)Math.Round((double)passing * examined.Count / newest.Count) : chosen.HasText ? examined.Count : passing;
        return new DryRunView(
            dataset.Id,
            matching,
            chosen.HasText && passing > newest.Count,
            Math.Min(source.Sample?.Of(matching) ?? matching, source.Limit ?? VersionRequest.MaxItems),
            newest.Count,
            dropped.Counts,
            examples);
    }

    private async Task<int> CountAsync(string project, VersionSource source, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var chosen = await scope.ServiceProvider.GetRequiredService<CallSources>().ChooseAsync(project, source, cancellationToken);
        return await chosen.CountAsync(cancellationToken);
    }

    private async Task<IReadOnlyList<ListedItemView>> ReadAsync(
        string project, VersionRequest request, IReadOnlyList<Guid> ids, DropCounts dropped, CancellationToken cancellationToken)
    {
        var source = await calls.OpenAsync(project, request.Source! with { Limit = null }, _ => ids.ToAsyncEnumerable(), cancellationToken);
        using var maker = new ItemMaker("", request.Split);
        var examples = new List<ListedItemView>();
        var drafts = making.Curate(project, request, source.ReadAsync(dropped, cancellationToken), [], new DropLog("", dropped, null), cancellationToken);
        await foreach (var draft in drafts)
        {
            var item = maker.Make(draft);
            if (examples.Count < Examples)
            {
                examples.Add(ListedItemView.Of(item));
            }
        }

        return examples;
    }
}

/// <summary>What would come of a request, on the wire.</summary>
/// <param name="DatasetId">The dataset.</param>
/// <param name="Matching">Calls that pass the filter.</param>
/// <param name="Estimated">Whether <paramref name="Matching"/> is reckoned from the newest 1,000 calls, because words are looked for.</param>
/// <param name="Selected">Those that the sample and the limit leave.</param>
/// <param name="Examined">The newest calls that were looked at for the following.</param>
/// <param name="WouldDrop">Those of the examined that would be left out, by the reason.</param>
/// <param name="Examples">Ten items of the examined.</param>
internal sealed record DryRunView(
    string DatasetId, int Matching, bool Estimated, long Selected, int Examined, IReadOnlyDictionary<string, int> WouldDrop, IReadOnlyList<ListedItemView> Examples)
{
    public string Object { get; } = "dataset.dry_run";
}
