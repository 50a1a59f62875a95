using System.Runtime.CompilerServices;
using System.Text.Json.Serialization;
using LlmGateway.Datasets.Versions.Sources;

namespace LlmGateway.Datasets.Versions.Curation;

/// <summary>Keeps the first of items whose inputs differ only in case and white space. It remembers of each a hash and its id.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record ExactDuplicates : CurationStep
{
    public override async IAsyncEnumerable<ItemDraft> ApplyAsync(
        IAsyncEnumerable<ItemDraft> drafts, StepTally tally, CurationScope scope, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var hash = new ItemHash();
        var first = new Dictionary<UInt128, string>();
        await foreach (var draft in drafts.WithCancellation(cancellationToken))
        {
            var input = hash.OfNormalisedInput(draft.Input);
            if (first.TryAdd(input, draft.Id!))
            {
                yield return draft;
            }
            else
            {
                await tally.DropAsync(draft, DropCounts.DuplicateInput, $"the same input as {first[input]}", cancellationToken);
            }
        }
    }
}
