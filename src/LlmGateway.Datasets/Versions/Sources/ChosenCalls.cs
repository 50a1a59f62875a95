using System.Runtime.CompilerServices;
using LlmGateway.Datasets.Inferences;
using LlmGateway.Datasets.Storage;
using LlmGateway.Service;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Datasets.Versions.Sources;

/// <summary>The calls of a project that a filter lets pass, by their ids: what they say is read when it is needed, by pages.</summary>
/// <param name="context">The store.</param>
/// <param name="project">The project.</param>
/// <param name="calls">Its calls that pass.</param>
/// <param name="pairs">Metadata that they must carry too.</param>
/// <param name="text">Words that they must have too; null for none.</param>
/// <param name="sample">The part of them that is taken; null for all.</param>
internal sealed class ChosenCalls(
    DatasetsDbContext context, string project, IQueryable<Inference> calls, IReadOnlyList<KeyValuePair<string, string>> pairs, CallText? text, CallSample? sample)
{
    /// <summary>Ids of one query, 800 KB: a filter that reads the feedback first does so once for each.</summary>
    private const int ChunkIds = 50_000;

    public bool HasText => text is not null;

    /// <summary>All ids, the oldest first.</summary>
    public IAsyncEnumerable<Guid> IdsAsync(CancellationToken cancellationToken)
    {
        var ids = text is null ? PassingAsync(cancellationToken) : WithTextAsync(PassingAsync(cancellationToken), cancellationToken);
        return sample is null ? ids : sample.Apply(ids);
    }

    /// <summary>How many pass, whatever their text and before a sample is taken.</summary>
    public Task<int> CountAsync(CancellationToken cancellationToken) => (pairs.Count == 0
        ? calls
        : MetadataRules.Carriers(context.Metadata, project, pairs).Join(calls, pair => pair.InferenceId, call => call.Id, (_, call) => call)).CountAsync(cancellationToken);

    /// <summary>Ids of the newest that pass whatever their text, the newest first.</summary>
    public Task<List<Guid>> NewestAsync(int count, CancellationToken cancellationToken) => PageAsync(count, descending: true, null, cancellationToken);

    /// <summary>Those of the ids whose calls have the words.</summary>
    public async IAsyncEnumerable<Guid> WithTextAsync(IAsyncEnumerable<Guid> ids, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var page in ids.Chunk(CallLoading.PageCalls).WithCancellation(cancellationToken))
        {
            var rows = await context.Inferences.AsNoTracking().Where(call => page.Contains(call.Id)).OrderBy(call => call.Id).ToListAsync(cancellationToken);
            var bodies = await context.Bodies.AsNoTracking().Where(body => page.Contains(body.Id)).ToDictionaryAsync(body => body.Id, cancellationToken);
            foreach (var call in rows.Where(call => text!.IsIn(call, bodies.GetValueOrDefault(call.Id))))
            {
                yield return call.Id;
            }
        }
    }

    private async IAsyncEnumerable<Guid> PassingAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Guid? last = null;
        List<Guid> chunk;
        do
        {
            chunk = await PageAsync(ChunkIds, descending: false, last, cancellationToken);
            foreach (var id in chunk)
            {
                yield return id;
            }

            last = chunk is [.., var end] ? end : null;
        }
        while (chunk.Count == ChunkIds);
    }

    /// <summary>A page has one row more than it shows.</summary>
    private Task<List<Guid>> PageAsync(int count, bool descending, Guid? after, CancellationToken cancellationToken) =>
        calls.AsNoTracking().Page(context, project, pairs, new PageQuery(count - 1, descending, null), after).Select(call => call.Id).ToListAsync(cancellationToken);
}
