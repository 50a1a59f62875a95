using System.Runtime.CompilerServices;
using LlmGateway.Datasets.Storage;

namespace LlmGateway.Datasets.Versions.Sources;

/// <summary>An item for each of some calls of one project, in their order.</summary>
/// <param name="context">The store.</param>
/// <param name="project">The project.</param>
/// <param name="ids">The calls; asked for anew with each reading.</param>
/// <param name="limit">Most items.</param>
/// <param name="output">One of <see cref="CallOutput"/>; null for the answer, or its correction.</param>
internal sealed class InferenceSource(
    DatasetsDbContext context, string project, Func<CancellationToken, IAsyncEnumerable<Guid>> ids, int limit, string? output) : IItemSource
{
    public async IAsyncEnumerable<ItemDraft> ReadAsync(DropCounts dropped, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var taken = 0;
        await foreach (var page in ids(cancellationToken).Chunk(CallLoading.PageCalls).WithCancellation(cancellationToken))
        {
            foreach (var call in await context.LoadCallsAsync(project, page, cancellationToken))
            {
                if (CallItem.TryRead(call, output, out var reason) is not { } item)
                {
                    dropped.Add(reason);
                    continue;
                }

                yield return item;
                if (++taken == limit)
                {
                    yield break;
                }
            }
        }
    }
}
