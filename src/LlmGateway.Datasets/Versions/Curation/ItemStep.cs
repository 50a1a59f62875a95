using System.Runtime.CompilerServices;

namespace LlmGateway.Datasets.Versions.Curation;

/// <summary>A step that judges each item by itself.</summary>
internal abstract record ItemStep : CurationStep
{
    public sealed override async IAsyncEnumerable<ItemDraft> ApplyAsync(
        IAsyncEnumerable<ItemDraft> drafts, StepTally tally, CurationScope scope, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var draft in drafts.WithCancellation(cancellationToken))
        {
            if (await tally.TakeAsync(Judge(draft), cancellationToken) is { } kept)
            {
                yield return kept;
            }
        }
    }

    protected abstract Verdict Judge(ItemDraft draft);
}

/// <summary>What a step says of an item.</summary>
/// <param name="Draft">The item, as it goes on or as it is left out.</param>
/// <param name="IsChanged">Whether it is another than before.</param>
/// <param name="Reason">Why it is left out; null if it goes on.</param>
/// <param name="Detail">What was found, for people.</param>
internal readonly record struct Verdict(ItemDraft Draft, bool IsChanged = false, string? Reason = null, string? Detail = null)
{
    public static Verdict Keep(ItemDraft draft) => new(draft);

    public static Verdict Change(ItemDraft draft) => new(draft, IsChanged: true);

    public static Verdict Drop(ItemDraft draft, string reason, string? detail = null) => new(draft, Reason: reason, Detail: detail);
}
