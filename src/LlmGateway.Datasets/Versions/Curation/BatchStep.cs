using System.Runtime.CompilerServices;

namespace LlmGateway.Datasets.Versions.Curation;

/// <summary>A step that looks up what the store says of the calls that items were made from, some hundred at a time.</summary>
/// <typeparam name="T">What it finds.</typeparam>
internal abstract record BatchStep<T> : CurationStep
{
    private const int BatchItems = 200;

    public sealed override async IAsyncEnumerable<ItemDraft> ApplyAsync(
        IAsyncEnumerable<ItemDraft> drafts, StepTally tally, CurationScope scope, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await CheckAsync(scope, tally.Field, cancellationToken);
        await foreach (var batch in drafts.Chunk(BatchItems).WithCancellation(cancellationToken))
        {
            var found = await LookUpAsync(batch, scope, cancellationToken);
            foreach (var draft in batch)
            {
                if (await tally.TakeAsync(Judge(draft, found), cancellationToken) is { } kept)
                {
                    yield return kept;
                }
            }
        }
    }

    /// <summary>Whether the project has what the step needs.</summary>
    protected virtual Task CheckAsync(CurationScope scope, string field, CancellationToken cancellationToken) => Task.CompletedTask;

    protected abstract Task<T> LookUpAsync(IReadOnlyList<ItemDraft> batch, CurationScope scope, CancellationToken cancellationToken);

    protected abstract Verdict Judge(ItemDraft draft, T found);
}
