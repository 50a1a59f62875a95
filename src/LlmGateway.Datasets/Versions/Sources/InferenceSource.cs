using System.Runtime.CompilerServices;
using LlmGateway.Datasets.Feedback;
using LlmGateway.Datasets.Inferences;
using LlmGateway.Datasets.Storage;
using LlmGateway.Service;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Datasets.Versions.Sources;

/// <summary>Items from logged calls of one project, the oldest first.</summary>
/// <param name="context">The store.</param>
/// <param name="project">The project.</param>
/// <param name="calls">Its calls that pass.</param>
/// <param name="metadata">Pairs that they must carry too.</param>
/// <param name="limit">Most items.</param>
/// <param name="withDemonstrations">Whether a correction stands for the answer where there is one.</param>
internal sealed class InferenceSource(
    DatasetsDbContext context, string project, IQueryable<Inference> calls, IReadOnlyList<KeyValuePair<string, string>> metadata, int limit,
    bool withDemonstrations = true) : IItemSource
{
    /// <summary>100 calls, whose bodies, at most 2 MB each, are in memory at a time. A page has one row more than it shows.</summary>
    private static readonly PageQuery Page = new(Limit: 99, Descending: false, After: null);

    public async IAsyncEnumerable<ItemDraft> ReadAsync(DropCounts dropped, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var taken = 0;
        for (var page = await PageAsync(null, cancellationToken); page is [.., var last]; page = await PageAsync(last.Id, cancellationToken))
        {
            await foreach (var item in ReadAsync(page, dropped, cancellationToken))
            {
                yield return item;
                if (++taken == limit)
                {
                    yield break;
                }
            }
        }
    }

    private Task<List<Inference>> PageAsync(Guid? after, CancellationToken cancellationToken) =>
        calls.AsNoTracking().Page(context, project, metadata, Page, after).ToListAsync(cancellationToken);

    private async IAsyncEnumerable<ItemDraft> ReadAsync(
        List<Inference> page, DropCounts dropped, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var ids = page.Select(call => call.Id).ToArray();
        var bodies = await context.Bodies.AsNoTracking().Where(body => ids.Contains(body.Id)).ToDictionaryAsync(body => body.Id, cancellationToken);
        var pairs = await context.LoadMetadataAsync(ids, cancellationToken);
        var demonstrations = await context.DemonstrationsAsync(project, withDemonstrations ? page : [], cancellationToken);
        foreach (var call in page)
        {
            if (CallItem.TryRead(call, bodies.GetValueOrDefault(call.Id), pairs[call.Id], demonstrations.GetValueOrDefault(call.Id), out var reason) is { } item)
            {
                yield return item;
            }
            else
            {
                dropped.Add(reason);
            }
        }
    }
}
