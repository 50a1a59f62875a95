using System.Runtime.CompilerServices;
using System.Text.Json.Serialization;

namespace LlmGateway.Datasets.Versions.Curation;

/// <summary>Items with the same input, but for case and white space, and different references: no model can learn both.</summary>
/// <param name="Keep"><c>none</c>, the default, leaves out all of them; <c>majority</c> keeps those with the most frequent reference, if there is one.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record ConflictingLabels(string Keep = "none") : CurationStep
{
    private const string Reason = "conflicting_labels";

    public override void Check(string field)
    {
        if (Keep is not ("none" or "majority"))
        {
            throw Bad("expected 'none' or 'majority'.", field, "keep");
        }
    }

    public override async IAsyncEnumerable<ItemDraft> ApplyAsync(
        IAsyncEnumerable<ItemDraft> drafts, StepTally tally, CurationScope scope, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var spool = new DraftSpool();
        using var hash = new ItemHash();
        var votes = new Dictionary<(UInt128 Input, UInt128 Reference), int>();
        await foreach (var draft in drafts.WithCancellation(cancellationToken))
        {
            spool.Add(draft);
            if (KeyOf(draft, hash) is { } key)
            {
                votes[key] = votes.GetValueOrDefault(key) + 1;
            }
        }

        var winners = Winners(votes);
        foreach (var draft in spool.ReadAll())
        {
            if (KeyOf(draft, hash) is { } key && winners.TryGetValue(key.Input, out var winner) && (Keep == "none" || winner.Reference != key.Reference))
            {
                await tally.DropAsync(draft, Reason, $"{winner.Labels} different references for the same input", cancellationToken);
            }
            else
            {
                yield return draft;
            }
        }
    }

    /// <summary>Of each input with several references how many there are, and which one most items have; none where two have as many.</summary>
    private static Dictionary<UInt128, (UInt128? Reference, int Labels)> Winners(Dictionary<(UInt128 Input, UInt128 Reference), int> votes)
    {
        var winners = new Dictionary<UInt128, (UInt128?, int)>();
        foreach (var input in votes.GroupBy(vote => vote.Key.Input).Where(input => input.Skip(1).Any()))
        {
            var most = input.Max(vote => vote.Value);
            var best = input.Where(vote => vote.Value == most).Take(2).ToArray();
            winners[input.Key] = (best is [var only] ? only.Key.Reference : null, input.Count());
        }

        return winners;
    }

    private static (UInt128 Input, UInt128 Reference)? KeyOf(ItemDraft draft, ItemHash hash) => draft.Reference is { } reference
        ? (hash.OfNormalisedInput(draft.Input), hash.OfNormalisedInput(reference))
        : null;
}
